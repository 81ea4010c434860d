package dev.bigdata.zookeeper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
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
  private int silent;

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
  }

  @Override
  public void run() {
    while (true) {
      if (Ensemble.serves(Pods.own())) {
        try (ZooKeeperAdmin admin = new ZooKeeperAdmin(Pods.own().toString(), SESSION_MILLISECONDS, event -> {})) {
          admin.addAuthInfo("digest", ("super:" + password).getBytes(StandardCharsets.US_ASCII));
          while (true) {
            step(admin);
            TimeUnit.SECONDS.sleep(1);
          }
        } catch (Exception failure) {
          LOG.info("Looks again at who belongs to the ensemble: {}", failure.toString());
        }
      }
      pause();
    }
  }

  private void step(ZooKeeperAdmin admin) throws Exception {
    Configuration now = Ensemble.configuration(admin);
    OptionalInt size = Size.read(admin);
    boolean wanted = size.isEmpty() || ordinal < size.getAsInt();
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
      LOG.info("Leaves the ensemble of {}, which is to have {} members", now.lines().keySet(), size.getAsInt());
      settings.recordLeft(true);
      change(admin, null, ordinal, now);
    }
    if (size.isPresent() && now.last() >= size.getAsInt() && now.last() != ordinal) {
      removeSilent(admin, now);
    }
  }

  /** Removes the last member in its place if it is not there to leave. Only the leader does, and only after several looks. */
  private void removeSilent(ZooKeeperAdmin admin, Configuration now) throws Exception {
    silent = Ensemble.serves(pods.member(now.last())) ? 0 : silent + 1;
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
      TimeUnit.MILLISECONDS.sleep(200);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
