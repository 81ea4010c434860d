package dev.bigdata.spark;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.LeaderElectable;
import org.apache.spark.deploy.master.LeaderElectionAgent;
import org.apache.spark.deploy.master.PersistenceEngine;
import org.apache.spark.deploy.master.StandaloneRecoveryModeFactory;
import org.apache.spark.deploy.master.ZooKeeperRecoveryModeFactory;
import org.apache.spark.serializer.Serializer;
import org.apache.zookeeper.KeeperException.NoNodeException;
import scala.collection.Seq;
import scala.reflect.ClassTag;

/**
 * Keeps in ZooKeeper what the master knows of workers and running applications, for the one that comes after it, which is {@link
 * Election elected} there.
 */
public final class KeptState extends StandaloneRecoveryModeFactory {
  private final SparkConf settings;
  private final ZooKeeperRecoveryModeFactory zookeeper;

  /** As Spark's master calls it: {@code spark.deploy.recoveryMode.factory}. */
  public KeptState(SparkConf settings, Serializer serializer) {
    super(settings, serializer);
    this.settings = settings;
    zookeeper = new ZooKeeperRecoveryModeFactory(settings, serializer);
  }

  /** Waits for ZooKeeper: a master without it would never begin, and never end. */
  @Override
  public PersistenceEngine createPersistenceEngine() {
    while (true) {
      try {
        return new Kept(zookeeper.createPersistenceEngine());
      } catch (Exception away) {
        System.err.println("Waiting for ZooKeeper: " + away);
        pause();
      }
    }
  }

  /** Among the pods that {@code spark.deploy.masters} names; where it names none, this is the only one. */
  @Override
  public LeaderElectionAgent createLeaderElectionAgent(LeaderElectable master) {
    String pod = System.getenv("HOSTNAME");
    List<String> pods = List.of(settings.get("spark.deploy.masters", pod).split(","));
    String folder = settings.get("spark.deploy.zookeeper.dir") + "/masters";
    return new Election(master, settings.get("spark.deploy.zookeeper.url"), folder, pod, new Masters(pod, pods));
  }

  private static void pause() {
    try {
      TimeUnit.SECONDS.sleep(1);
    } catch (InterruptedException end) {
      throw new IllegalStateException(end);
    }
  }

  /** What ZooKeeper holds, with failures that Spark's master knows how to live with. */
  private static final class Kept extends PersistenceEngine {
    private final PersistenceEngine stored;

    Kept(PersistenceEngine stored) {
      this.stored = stored;
    }

    @Override
    public void persist(String name, Object object) {
      stored.persist(name, object);
    }

    /** Fine if it is not there: a worker that left is removed twice, and what comes after that must come. */
    @Override
    public void unpersist(String name) {
      try {
        stored.unpersist(name);
      } catch (Exception failure) {
        if (!(failure instanceof NoNodeException)) {
          throw failure;
        }
      }
    }

    /** Ends the JVM if it cannot: a master that does not know what there is would stand by for ever. */
    @Override
    public <T> Seq<T> read(String prefix, ClassTag<T> type) {
      try {
        return stored.read(prefix, type);
      } catch (Exception failure) {
        System.err.println("What the master before kept cannot be read: " + failure);
        Runtime.getRuntime().halt(1);
        throw failure;
      }
    }

    @Override
    public void close() {
      stored.close();
    }
  }
}
