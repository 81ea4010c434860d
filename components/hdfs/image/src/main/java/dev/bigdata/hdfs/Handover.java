package dev.bigdata.hdfs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.ha.HAServiceProtocol;
import org.apache.hadoop.ha.HAServiceProtocol.HAServiceState;
import org.apache.hadoop.ha.protocolPB.ZKFCProtocolClientSideTranslatorPB;
import org.apache.hadoop.hdfs.DFSConfigKeys;
import org.apache.hadoop.hdfs.tools.NNHAServiceTarget;
import org.apache.hadoop.net.NetUtils;

/** Makes the other namenode of two the active one. */
final class Handover {
  private static final int PATIENCE_MILLISECONDS = 20_000;
  private static final int PAUSE_MILLISECONDS = 100;

  private final Configuration configuration;

  Handover(Configuration configuration) {
    this.configuration = configuration;
  }

  /** Whether the other one can be active, as it says itself; false, too, if it does not answer. */
  boolean isPossible() {
    try {
      return other().getServiceStatus().isReadyToBecomeActive();
    } catch (IOException away) {
      return false;
    }
  }

  /**
   * Has the failover controller of this pod leave the election, and returns when the other namenode has won it.
   *
   * <p>Hadoop's own way is to have the other controller ask this one. It looks up the name of this pod for that, which is gone when
   * the pod was deleted by force, and asks itself then.
   *
   * @throws IOException if nothing came of it
   */
  void run() throws IOException, InterruptedException {
    long begun = System.nanoTime();
    ownController().cedeActive(PATIENCE_MILLISECONDS);
    HAServiceProtocol other = other();
    while (other.getServiceStatus().getState() != HAServiceState.ACTIVE) {
      if (System.nanoTime() - begun > PATIENCE_MILLISECONDS * 1_000_000L) {
        throw new IOException("the other one is not active after " + PATIENCE_MILLISECONDS + " ms");
      }
      Thread.sleep(PAUSE_MILLISECONDS);
    }
  }

  private HAServiceProtocol other() throws IOException {
    String id = NameNodes.idOfOther(configuration);
    var target = new NNHAServiceTarget(configuration, NameNodes.nameservice(configuration), id);
    return target.getProxy(configuration, PATIENCE_MILLISECONDS);
  }

  private ZKFCProtocolClientSideTranslatorPB ownController() throws IOException {
    int port = configuration.getInt(DFSConfigKeys.DFS_HA_ZKFC_PORT_KEY, DFSConfigKeys.DFS_HA_ZKFC_PORT_DEFAULT);
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    return new ZKFCProtocolClientSideTranslatorPB(
        address, configuration, NetUtils.getDefaultSocketFactory(configuration), PATIENCE_MILLISECONDS);
  }
}
