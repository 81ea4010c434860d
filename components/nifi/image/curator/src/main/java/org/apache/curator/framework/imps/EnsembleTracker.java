package org.apache.curator.framework.imps;

import java.io.Closeable;
import java.util.Map;
import org.apache.curator.ensemble.EnsembleProvider;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.server.quorum.flexible.QuorumMaj;
import org.apache.zookeeper.server.quorum.flexible.QuorumVerifier;

/**
 * Takes the place of Curator's class of this name, and follows nothing: NiFi connects to ZooKeeper by the name that it is given.
 *
 * <p>Curator reads the members' addresses from {@code /zookeeper/config} and from then on connects to these alone. They are pods'
 * addresses: when all pods are replaced at once, it asks for members that are gone until NiFi restarts. NiFi 1.18 has no setting for it.
 */
public class EnsembleTracker implements Closeable {
  private static final QuorumVerifier UNKNOWN = new QuorumMaj(Map.of());

  EnsembleTracker(CuratorFramework client, EnsembleProvider ensembleProvider) {}

  public void start() {}

  public QuorumVerifier getCurrentConfig() {
    return UNKNOWN;
  }

  @Override
  public void close() {}
}
