package dev.bigdata.hdfs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.NameNodeProxies;
import org.apache.hadoop.hdfs.qjournal.server.JournalNode;
import org.apache.hadoop.hdfs.server.protocol.NamenodeProtocol;
import org.apache.hadoop.security.UserGroupInformation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a journalnode, which keeps the log of changes that two namenodes share.
 *
 * <p>One that starts anew takes changes again only from the beginning of a segment of the log, so it asks the active namenode to begin
 * one. One that has lost its volume is made one of the same HDFS again, if the others are. It is ready once it takes changes and has
 * every closed segment that another one has, which Hadoop copies in the background: before, the next one must not go, because only one of
 * three would have what both lack.
 *
 * <p>A segment that was open when it stopped is closed at the others and stays open here. Hadoop leaves it, and then tells namenodes
 * nothing of what comes after it. It is put aside once a newer one is being written, which the active namenode begins only when a
 * majority has all of the former.
 *
 * <p>Argument: the port on which it says whether it is ready.
 */
public final class StartJournalNode {
  private static final Logger LOG = LoggerFactory.getLogger(StartJournalNode.class);
  private static final int PAUSE_SECONDS = 2;
  private static final int LONG_PAUSE_SECONDS = 30;

  private final Configuration configuration = new HdfsConfiguration();
  private final SharedJournal journal = new SharedJournal(configuration);
  private final Path folder =
      Path.of(configuration.get("dfs.journalnode.edits.dir")).resolve(journal.name()).resolve("current");
  private final Set<String> before = openSegments();
  private volatile boolean isReady;

  private StartJournalNode() throws IOException {}

  public static void main(String[] arguments) {
    try {
      System.exit(new StartJournalNode().run(Integer.parseInt(arguments[0])));
    } catch (Throwable failure) {
      LOG.error("The journalnode cannot run", failure);
      System.exit(1);
    }
  }

  private int run(int port) throws Exception {
    Readiness.serve(port, () -> isReady);
    Thread thread = new Thread(this::watch, "Segments");
    thread.setDaemon(true);
    thread.start();
    var server = new JournalNode();
    server.setConf(configuration);
    return server.run(new String[0]);
  }

  private void watch() {
    try {
      while (!isReady) {
        TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
        isReady = look();
      }
      LOG.info("It takes changes, and has all that were made before");
      while (true) {
        putAside();
        TimeUnit.SECONDS.sleep(LONG_PAUSE_SECONDS);
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /** Puts aside what is open and older than what is being written. */
  private void putAside() {
    try {
      List<String> open = openSegments().stream().sorted().toList();
      for (String old : open.subList(0, Math.max(0, open.size() - 1))) {
        LOG.info("Putting {} aside, which the others have closed", old);
        Files.move(folder.resolve(old), folder.resolve(old + ".stale"), StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException failure) {
      LOG.warn("An old segment could not be put aside", failure);
    }
  }

  /** Whether it takes changes; sees to it if it does not. */
  private boolean look() {
    try {
      Set<String> now = new HashSet<>(openSegments());
      now.removeAll(before);
      if (!now.isEmpty()) {
        return hasAllSegments();
      }
      Optional<NamenodeProtocol> active = active();
      if (active.isPresent() && !Files.exists(folder.resolve("VERSION")) && SharedJournal.isFormatted(journal.states())) {
        LOG.info("The volume is empty: it becomes one of the HDFS that the others belong to");
        journal.format(active.get().versionRequest());
      }
      if (active.isPresent() && Files.exists(folder.resolve("VERSION"))) {
        active.get().rollEditLog();
      }
    } catch (IOException away) {
      LOG.info("Waiting for the active namenode: {}", away.toString());
    }
    return false;
  }

  private boolean hasAllSegments() {
    return journal.closedSegments().stream().allMatch(each -> Files.exists(folder.resolve(each)));
  }

  private Optional<NamenodeProtocol> active() throws IOException {
    var user = UserGroupInformation.getCurrentUser();
    for (InetSocketAddress each : NameNodes.addresses(configuration)) {
      if (new NameNodePort(each.getHostString()).isActive()) {
        return Optional.of(
            NameNodeProxies.createNonHAProxy(configuration, each, NamenodeProtocol.class, user, false).getProxy());
      }
    }
    return Optional.empty();
  }

  /** The segments of the log that are being written. */
  private Set<String> openSegments() throws IOException {
    if (!Files.exists(folder)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("edits_inprogress_\\d+"))
          .collect(Collectors.toSet());
    }
  }
}
