package dev.bigdata.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.LeaderElectable;
import org.apache.spark.deploy.master.LeaderElectionAgent;
import org.apache.spark.deploy.master.MonarchyLeaderAgent;
import org.apache.spark.deploy.master.PersistenceEngine;
import org.apache.spark.deploy.master.StandaloneRecoveryModeFactory;
import org.apache.spark.deploy.master.ZooKeeperRecoveryModeFactory;
import org.apache.spark.serializer.Serializer;

/**
 * Keeps in ZooKeeper what the master knows of workers and running applications, for the one that comes after it.
 *
 * <p>Spark's own mode of this kind also elects the master there: a new one would wait until the session of the former has ended, and
 * one whose member of the ensemble is replaced would end. A StatefulSet of one pod never has two.
 */
public final class KeptState extends StandaloneRecoveryModeFactory {
  private final ZooKeeperRecoveryModeFactory zookeeper;

  /** As Spark's master calls it: {@code spark.deploy.recoveryMode.factory}. */
  public KeptState(SparkConf settings, Serializer serializer) {
    super(settings, serializer);
    zookeeper = new ZooKeeperRecoveryModeFactory(settings, serializer);
  }

  @Override
  public PersistenceEngine createPersistenceEngine() {
    return zookeeper.createPersistenceEngine();
  }

  @Override
  public LeaderElectionAgent createLeaderElectionAgent(LeaderElectable master) {
    return new MonarchyLeaderAgent(master);
  }
}
