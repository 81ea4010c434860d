package dev.bigdata.hbase;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.hbase.ServerName;
import org.apache.hadoop.hbase.client.BalanceRequest;
import org.apache.hadoop.hbase.client.BalanceResponse;
import org.apache.hadoop.hbase.regionserver.HRegionServer;
import org.apache.hadoop.hbase.util.FutureUtils;
import org.apache.hadoop.hbase.zookeeper.ZKUtil;
import org.apache.hadoop.hbase.zookeeper.ZNodePaths;
import org.apache.zookeeper.KeeperException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a region server does once the master counts on it: forgets that those which had its name before were to take no region, and
 * asks for its share of them, which the master would give it minutes later.
 */
final class Arrival {
  private static final Logger LOG = LoggerFactory.getLogger(Arrival.class);
  private static final int PAUSE_MILLISECONDS = 2_000;

  /** Longer than the master moves regions before it answers: to ask once more would have it begin anew. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** The master balances by itself every five minutes. */
  private static final int ATTEMPTS = 150;

  private final HRegionServer server;

  Arrival(HRegionServer server) {
    this.server = server;
  }

  /** Goes on beside the server, and gives up when that stops. */
  void begin() {
    var thread = new Thread(this::run, "arrival");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      server.waitForServerOnline();
      for (int attempt = 0; attempt < ATTEMPTS && !server.isStopped(); attempt++) {
        if (isDone()) {
          return;
        }
        Thread.sleep(PAUSE_MILLISECONDS);
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isDone() {
    try {
      forgetPredecessors();
      return askForRegions();
    } catch (IOException | KeeperException failure) {
      LOG.info("The master gives no regions yet: {}", failure.toString());
      return false;
    }
  }

  private void forgetPredecessors() throws KeeperException {
    String marks = server.getZooKeeper().getZNodePaths().drainingZNode;
    List<String> names = ZKUtil.listChildrenNoWatch(server.getZooKeeper(), marks);
    if (names == null) {
      return;
    }
    for (String name : names) {
      ServerName marked = ServerName.valueOf(name);
      if (ServerName.isSameAddress(marked, server.getServerName()) && !marked.equals(server.getServerName())) {
        ZKUtil.deleteNodeFailSilent(server.getZooKeeper(), ZNodePaths.joinZNode(marks, name));
      }
    }
  }

  /** Whether the balancer ran, or is switched off: somebody wants the regions where they are. */
  private boolean askForRegions() throws IOException {
    try (var master = new MasterClient(server.getConfiguration(), PATIENCE)) {
      BalanceResponse response = FutureUtils.get(master.admin().balance(BalanceRequest.defaultInstance()));
      if (response.isBalancerRan()) {
        LOG.info("The master moves {} regions between servers", response.getMovesCalculated());
        return true;
      }
      return !FutureUtils.get(master.admin().isBalancerEnabled());
    }
  }
}
