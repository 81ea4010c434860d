package dev.bigdata.hdfs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.SafeModeAction;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.protocol.DatanodeInfo;
import org.apache.hadoop.hdfs.protocol.HdfsConstants.DatanodeReportType;
import org.apache.hadoop.hdfs.protocol.LocatedBlock;
import org.apache.hadoop.hdfs.protocol.OpenFileEntry;
import org.apache.hadoop.hdfs.protocol.OpenFilesIterator.OpenFilesType;
import org.apache.hadoop.hdfs.protocol.ReplicatedBlockStats;

/**
 * Decommissions the datanodes that are too many, before their pods go: when it ends, no block has its only replicas on them. Those that
 * were to go before, and are not any more, are taken back.
 *
 * <p>Two namenodes do not become one: what the one that stays lacks would be lost.
 *
 * <p>Arguments: how many datanodes there are to be, how many namenodes, the host of the only namenode, the name of the datanodes' StatefulSet and the domain of
 * their hosts. The last line of output is a JSON object of facts.
 */
public final class Resize {
  /** Looks, a second apart, after which a cluster without namenode and pods that are to go is let be: what comes may mend it. */
  private static final int LOOKS_ALONE = 20;

  /** Looks after which a datanode that is dead is believed to have nothing that the others lack: longer than a namenode sorts blocks. */
  private static final int LOOKS_WITHOUT_DEAD = 15;

  /** Pods with numbers so far beyond are looked for: some of those between may have no address. */
  private static final int MOST_BEYOND = 32;

  /** A name that each cluster has: where it is not known, no name is. */
  private static final String ALWAYS_THERE = "kubernetes.default.svc";

  private static final int RPC_PORT = 8020;

  private final Configuration configuration = new HdfsConfiguration();
  private final int size;
  private final boolean fewerNamenodes;
  private final List<NameNodePort> namenodes;
  private final String set;
  private final String domain;
  private int quiet;
  private long most;
  private long furthest;
  private String said = "";

  private Resize(String[] arguments) {
    size = Integer.parseInt(arguments[0]);
    fewerNamenodes = NameNodes.areTwo(configuration) && Integer.parseInt(arguments[1]) < 2;
    if (NameNodes.areTwo(configuration)) {
      namenodes = NameNodes.hosts(configuration).stream().map(NameNodePort::new).toList();
    } else {
      namenodes = List.of(new NameNodePort(arguments[2]));
      // Of an install that failed before, there may be no configuration.
      configuration.set("fs.defaultFS", "hdfs://%s:%d".formatted(arguments[2], RPC_PORT));
    }
    set = arguments[3];
    domain = arguments[4];
  }

  public static void main(String[] arguments) {
    CheckProgram.run(() -> new Resize(arguments).run());
  }

  private void run() throws Exception {
    if (fewerNamenodes) {
      throw new CheckFailure("two namenodes cannot become one, which may lack changes that only their journal has; leave two");
    }
    if (isAnyThere()) {
      refuseTooFew();
    }
    if (!tell()) {
      System.out.printf("{\"datanodes\":%d,\"serving\":false}%n", size);
      return;
    }
    while (!isDone()) {
      TimeUnit.SECONDS.sleep(1);
    }
    System.out.printf("{\"datanodes\":%d,\"serving\":true}%n", size);
  }

  /** A datanode is never done where those that stay are fewer than the replicas that files have by default. */
  private void refuseTooFew() throws Exception {
    Integer replicas = null;
    while (replicas == null) {
      try (var files = files()) {
        replicas = (int) files.getServerDefaults().getReplication();
      } catch (IOException away) {
        say("waits for the namenode: " + away);
        TimeUnit.SECONDS.sleep(1);
      }
    }
    if (replicas > size) {
      throw new CheckFailure(
          "files have %d replicas by default, and %d datanodes would be left; set dfs.replication in hdfsSite first"
              .formatted(replicas, size));
    }
  }

  /** Tells each namenode how many there are to be; false if one is not there, and none is to go. */
  private boolean tell() throws Exception {
    for (NameNodePort each : namenodes) {
      if (!tell(each)) {
        return false;
      }
    }
    return true;
  }

  private boolean tell(NameNodePort namenode) throws Exception {
    for (int looks = 0; looks < LOOKS_ALONE || isAnyThere(); looks++) {
      try {
        int status = namenode.put(size);
        if (status == NameNodePort.TAKEN) {
          return true;
        }
        if (status == NameNodePort.OLDER) {
          refuseOlder();
          return false;
        }
        // It starts, which may take long.
        looks = 0;
        say("waits until the namenode has started");
      } catch (IOException away) {
        say("looks for the namenode: " + away);
      }
      TimeUnit.SECONDS.sleep(1);
    }
    return false;
  }

  private void refuseOlder() throws CheckFailure {
    if (isAnyThere()) {
      throw new CheckFailure(
          "the namenode is of a version that takes no number of datanodes; bring this version with as many as there are, and have"
              + " fewer in a second step");
    }
  }

  /** Whether none that is too many is needed any more; says what is waited for if not. */
  private boolean isDone() throws InterruptedException {
    try (var files = files()) {
      if (files.setSafeMode(SafeModeAction.GET)) {
        say("waits until the namenode has left its safe mode");
        return false;
      }
      Set<Integer> live = tooMany(files.getDataNodeStats(DatanodeReportType.LIVE));
      // Not those that went before: the namenode remembers them as dead until it starts again.
      Set<Integer> absent = there();
      absent.removeAll(live);
      if (live.isEmpty() && absent.isEmpty()) {
        return true;
      }
      return isReplicated(files, live, absent) && isWritten(files);
    } catch (IOException away) {
      say("waits for the namenode: " + away);
      return false;
    }
  }

  /** Whether the blocks of those that live are on others, too, and the others lack nothing that those may have that do not live. */
  private boolean isReplicated(DistributedFileSystem files, Set<Integer> live, Set<Integer> absent) throws IOException {
    Set<Integer> busy =
        Arrays.stream(files.getDataNodeStats(DatanodeReportType.LIVE))
            .filter(each -> !each.isDecommissioned())
            .map(Members::number)
            .filter(live::contains)
            .collect(Collectors.toCollection(TreeSet::new));
    ReplicatedBlockStats blocks = files.getClient().getNamenode().getReplicatedBlockStats();
    long left = blocks.getLowRedundancyBlocks();
    // Also of one that was dead when it was to go: the namenode calls it decommissioned at once.
    long urgent = blocks.hasHighestPriorityLowRedundancyBlocks() ? blocks.getHighestPriorityLowRedundancyBlocks() : 0;
    if (!busy.isEmpty() || urgent > 0) {
      say("has blocks replicated that are on these datanodes: " + (busy.isEmpty() ? live : busy));
      tellProgress(left);
      quiet = 0;
      return false;
    }
    if (!absent.isEmpty() && blocks.getMissingReplicaBlocks() > 0) {
      say(
          "waits for %d blocks that no datanode has; bring datanodes %s back to life, or delete the files"
              .formatted(blocks.getMissingReplicaBlocks(), absent));
      quiet = 0;
      return false;
    }
    quiet++;
    return absent.isEmpty() || quiet > LOOKS_WITHOUT_DEAD;
  }

  /** Whether each file that is being written has its last block on one that stays, too: decommissioning does not look at those. */
  private boolean isWritten(DistributedFileSystem files) throws IOException {
    RemoteIterator<OpenFileEntry> open = files.listOpenFiles(EnumSet.of(OpenFilesType.ALL_OPEN_FILES), "/");
    while (open.hasNext()) {
      String path = open.next().getFilePath();
      LocatedBlock last = files.getClient().getLocatedBlocks(path, 0).getLastLocatedBlock();
      if (last != null
          && last.getLocations().length > 0
          && Arrays.stream(last.getLocations()).allMatch(each -> Members.number(each) >= size)) {
        say("waits until %s is closed, the last block of which is written to datanodes that go alone".formatted(path));
        return false;
      }
    }
    return true;
  }

  private void tellProgress(long left) {
    most = Math.max(most, left);
    if (most - left > furthest) {
      furthest = most - left;
      System.out.printf("progress: %d of %d blocks%n", furthest, most);
    }
  }

  private Set<Integer> tooMany(DatanodeInfo[] datanodes) {
    return Arrays.stream(datanodes)
        .map(Members::number)
        .filter(each -> each >= size)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private DistributedFileSystem files() throws IOException {
    return (DistributedFileSystem) FileSystem.newInstance(configuration);
  }

  /** Whether a pod that is to go has an address, or nobody can say. */
  private boolean isAnyThere() {
    return !there().isEmpty() || !isKnown(ALWAYS_THERE);
  }

  /** Pods that are to go and have an address. */
  private Set<Integer> there() {
    return IntStream.range(size, size + MOST_BEYOND)
        .filter(each -> isKnown("%s-%d.%s".formatted(set, each, domain)))
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isKnown(String host) {
    try {
      return InetAddress.getByName(host) != null;
    } catch (UnknownHostException absent) {
      return false;
    }
  }

  private void say(String now) {
    if (!now.equals(said)) {
      System.out.println(now);
      said = now;
    }
  }
}
