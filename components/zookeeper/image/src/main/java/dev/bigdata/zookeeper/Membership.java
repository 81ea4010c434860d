package dev.bigdata.zookeeper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the member of this pod join its ensemble once it has caught up, and leave it when the ensemble is to have fewer members:
 * the last first, one at a time.
 */
final class Membership implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final int SESSION_MILLISECONDS = 10_000;

  /** Looks at a member that is to leave and does not serve, before the leader takes it for one that will not leave by itself. */
  private static final int LOOKS_AT_SILENT = 5;

  private final Pods pods;
  private final int ordinal;
  private final Settings settings;
  private final String password;
  private final Path voting;

  /** Of which decision about the size this pod knew when it came. It is gone with the pod. */
  private final Path told;

  private int silent;

  /** The member of which so many looks were silent. */
  private int watched = -1;

  /**
   * @param ordinal number of this pod
   * @param password of the superuser of this member
   * @param voting file that exists while this member has a vote
   */
  Membership(Pods pods, int ordinal, Settings settings, String password, Path voting) {
    this.pods = pods;
    this.ordinal = ordinal;
    this.settings = settings;
    this.password = password;
    this.voting = voting;
    this.told = voting.resolveSibling("told");
  }

  @Override
  public void run() {
    while (true) {
      try {
        if (Ensemble.serves(Pods.own())) {
          follow();
        }
      } catch (Exception failure) {
        LOG.info("Looks again at who belongs to the ensemble: {}", failure.toString());
        pause();
      }
      pause();
    }
  }

  /** Looks once a second, as long as this member serves. */
  private void follow() throws Exception {
    try (ZooKeeperAdmin admin = new ZooKeeperAdmin(Pods.own().toString(), SESSION_MILLISECONDS, event -> {})) {
      admin.addAuthInfo("digest", ("super:" + password).getBytes(StandardCharsets.US_ASCII));
      while (true) {
        step(admin);
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }

  private void step(ZooKeeperAdmin admin) throws Exception {
    Configuration now = Ensemble.configuration(admin);
    Optional<Size> size = Size.read(admin);
    if (!Files.exists(told)) {
      Path unfinished = Files.writeString(told.resolveSibling("told.new"), Long.toString(size.map(Size::statement).orElse(0L)));
      Files.move(unfinished, told, StandardCopyOption.ATOMIC_MOVE);
    }
    boolean wanted = size.isEmpty() || ordinal < size.get().members() || raised(admin, size.get());
    boolean votes = now.hasVoter(ordinal);
    show(votes);
    if (wanted && votes) {
      settings.recordLeft(false);
    } else if (wanted) {
      LOG.info("Joins the ensemble of {}", now.lines().keySet());
      change(admin, pods.line(ordinal, "participant"), null, now);
    } else if (!votes) {
      settings.recordLeft(true);
    } else if (now.last() == ordinal) {
      LOG.info("Leaves the ensemble of {}, which is to have {} members", now.lines().keySet(), size.get().members());
      settings.recordLeft(true);
      change(admin, null, ordinal, now);
    }
    if (size.isPresent() && now.last() >= size.get().members() && now.last() != ordinal) {
      removeSilent(admin, now);
    }
  }

  /** True if the ensemble was told its size before there was this pod, which does not fit in: then it gets room. */
  private boolean raised(ZooKeeperAdmin admin, Size size) throws Exception {
    if (Long.parseLong(Files.readString(told)) != size.statement()) {
      return false;
    }
    LOG.info("Makes room for itself in an ensemble that is to have {} members", size.members());
    size.raise(admin, ordinal + 1);
    return true;
  }

  /** Removes the last member in its place if it is not there to leave. Only the leader does, and only after several looks. */
  private void removeSilent(ZooKeeperAdmin admin, Configuration now) throws Exception {
    boolean same = now.last() == watched;
    watched = now.last();
    silent = Ensemble.serves(pods.member(watched)) ? 0 : same ? silent + 1 : 1;
    if (silent >= LOOKS_AT_SILENT && Pods.own().mode().equals("leader")) {
      LOG.info("Removes the member of pod {}, which is to leave and does not serve", now.last());
      change(admin, null, now.last(), now);
      silent = 0;
    }
  }

  private static void change(ZooKeeperAdmin admin, String joining, Integer leaving, Configuration now)
      throws Exception {
    try {
      String number = leaving == null ? null : Integer.toString(leaving + 1);
      admin.reconfigure(joining, number, null, now.version(), null);
    } catch (KeeperException.ReconfigInProgress
        | KeeperException.NewConfigNoQuorum
        | KeeperException.BadVersionException notNow) {
      LOG.info("Tries again: {}", notNow.getMessage());
    }
  }

  private void show(boolean votes) throws IOException {
    if (!votes) {
      Files.deleteIfExists(voting);
    } else if (!Files.exists(voting)) {
      Files.createFile(voting);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(500);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
