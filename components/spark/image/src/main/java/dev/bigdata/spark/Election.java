package dev.bigdata.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.deploy.master.LeaderElectable;
import org.apache.spark.deploy.master.LeaderElectionAgent;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.NoNodeException;
import org.apache.zookeeper.KeeperException.NodeExistsException;
import org.apache.zookeeper.KeeperException.SessionExpiredException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;

/**
 * Elects the master that has waited longest in ZooKeeper: each has an ephemeral node there, numbered, with the name of its pod.
 *
 * <p>Spark's own election takes a minute to miss a master that was killed, and ends one whose member of the ensemble is replaced. Here one
 * that ends gives way at once; one that starts again in the same pod knows that the process before it is gone; and a leader stays one
 * while it can be sure of it: as long as its session cannot have expired, or, if it is the only master, as long as no other is there.
 */
final class Election implements LeaderElectionAgent {
  private static final int SESSION_MILLIS = 20_000;
  private static final int PAUSE_MILLIS = 1_000;

  private final LeaderElectable master;
  private final String quorum;
  private final String folder;
  private final String pod;
  private final Standing standing;
  private final ScheduledExecutorService turn = Turn.named("election");

  private volatile ZooKeeper session;
  /** Name of this master's node. */
  private String node;
  private boolean leads;
  /** That the leader ends itself, because it has not heard from ZooKeeper for too long. */
  private Future<?> end;
  /** What failed, once more. */
  private Future<?> retry;

  /**
   * @param quorum addresses of the ensemble, e.g. {@code zookeeper:2181}
   * @param folder path of the nodes, without a slash at its end
   * @param pod name that no other living master has
   */
  Election(LeaderElectable master, String quorum, String folder, String pod, Standing standing) {
    this.master = master;
    this.quorum = quorum;
    this.folder = folder;
    this.pod = pod;
    this.standing = standing;
    Runtime.getRuntime().addShutdownHook(new Thread(this::leave));
    turn.execute(this::join);
  }

  @Override
  public LeaderElectable masterInstance() {
    return master;
  }

  @Override
  public void stop() {
    leave();
  }

  /** The others need not wait until the session expires. */
  private void leave() {
    turn.shutdownNow();
    try {
      ZooKeeper own = session;
      if (own != null) {
        own.close();
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private void join() {
    if (retry != null) {
      // It may be another join, which would take this one's node for that of a process before it.
      retry.cancel(false);
      retry = null;
    }
    try {
      if (session == null) {
        session = new ZooKeeper(quorum, SESSION_MILLIS, this::changed);
      }
      createFolder();
      // Of a process before this one in the same pod.
      for (String other : session.getChildren(folder, false)) {
        if (pod.equals(holderOf(other))) {
          remove(other);
        }
      }
      String path = session.create(folder + "/", pod.getBytes(UTF_8), Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL_SEQUENTIAL);
      node = path.substring(folder.length() + 1);
      decide();
    } catch (Exception failure) {
      again(this::join, failure);
    }
  }

  private void decide() {
    try {
      List<String> nodes = session.getChildren(folder, false).stream().sorted().toList();
      int before = nodes.indexOf(node) - 1;
      if (before == -1) {
        lead();
      } else if (leads || before < -1) {
        halt("another one has its place");
      } else if (session.exists(folder + "/" + nodes.get(before), event -> ifGone(event)) == null) {
        soon(this::decide);
      } else {
        standing.standsBy(holderOf(nodes.get(0)));
      }
    } catch (Exception failure) {
      again(this::decide, failure);
    }
  }

  private void ifGone(WatchedEvent event) {
    if (event.getType() == EventType.NodeDeleted) {
      soon(this::decide);
    }
  }

  private void lead() {
    if (!leads) {
      leads = true;
      standing.leads();
      master.electedLeader();
    }
  }

  /** What the session tells of itself. */
  private void changed(WatchedEvent event) {
    if (event.getType() == EventType.None) {
      soon(() -> changedTo(event.getState()));
    }
  }

  private void soon(Runnable step) {
    if (!turn.isShutdown()) {
      turn.execute(step);
    }
  }

  private void changedTo(KeeperState state) {
    if (end != null) {
      end.cancel(false);
      end = null;
    }
    if (state == KeeperState.Disconnected && leads && !standing.isAlone()) {
      // Two thirds may have passed before the connection was given up.
      int rest = session.getSessionTimeout() / 3;
      end = turn.schedule(() -> halt("ZooKeeper does not answer, and another master may lead"), rest, TimeUnit.MILLISECONDS);
    } else if (state == KeeperState.Expired) {
      expired();
    }
  }

  private void expired() {
    if (leads && !standing.isAlone()) {
      halt("the session with ZooKeeper has expired, and another master may lead");
    }
    session = null;
    join();
  }

  /** Those above it are there: what the masters keep lies beside it. */
  private void createFolder() throws KeeperException, InterruptedException {
    try {
      session.create(folder, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    } catch (NodeExistsException isThere) {
      // As it should be.
    }
  }

  /** The pod of a master; empty if it is gone. */
  private String holderOf(String other) throws KeeperException, InterruptedException {
    try {
      return new String(session.getData(folder + "/" + other, false, null), UTF_8);
    } catch (NoNodeException gone) {
      return "";
    }
  }

  private void remove(String other) throws KeeperException, InterruptedException {
    try {
      session.delete(folder + "/" + other, -1);
    } catch (NoNodeException gone) {
      // As it should be.
    }
  }

  /** What expired is done by {@link #expired}, which the session tells. */
  private void again(Runnable step, Exception failure) {
    if (failure instanceof InterruptedException || failure instanceof SessionExpiredException || turn.isShutdown()) {
      return;
    }
    System.err.println("Waiting for ZooKeeper: " + failure);
    retry = turn.schedule(step, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static void halt(String reason) {
    System.err.println("The master ends, and starts again: " + reason);
    Runtime.getRuntime().halt(1);
  }

  /** Who else there is, and who is told where this master stands. */
  interface Standing {
    /** Whether there is no other master that could lead. */
    boolean isAlone();

    /** This master leads now. */
    void leads();

    /** This master leads when the others are gone. */
    void standsBy(String leader);
  }
}
