package dev.bigdata.hbase;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.hbase.client.AsyncAdmin;
import org.apache.hadoop.hbase.regionserver.HRegion;
import org.apache.hadoop.hbase.regionserver.HRegionServer;
import org.apache.hadoop.hbase.util.FutureUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the regions of a server that is to be stopped to others: each is away for a moment, where it would be until the master has
 * missed the server.
 *
 * <p>The master is told first that the server takes none any more. It keeps that until {@link Arrival} of the next server of this
 * name takes it back.
 */
final class Drain {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
  private static final int AT_ONCE = 16;
  private static final int PAUSE_MILLISECONDS = 250;

  /** Looks in a row: what is so once may be chance. */
  private static final int LOOKS = 8;

  /** For so long a master may start; without one, the regions are served again once there is one. */
  private static final Duration WITHOUT_MASTER = Duration.ofMinutes(2);

  private final HRegionServer server;

  Drain(HRegionServer server) {
    this.server = server;
  }

  /**
   * Returns when the server has no region any more. It keeps them if no other server takes any, if there is no master, or if its own
   * name is gone: then its Service was deleted, and with it all that clients could reach.
   */
  void run() {
    try {
      moveAll();
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private void moveAll() throws InterruptedException {
    long answered = System.nanoTime();
    int looksWithoutName = 0;
    while (hasRegions()) {
      looksWithoutName = OwnName.isKnown(server.getServerName().getHostname()) ? 0 : looksWithoutName + 1;
      if (looksWithoutName == LOOKS) {
        LOG.info("Its Service is gone: {} regions stay", server.getRegions().size());
        return;
      }
      if (looksWithoutName == 0) {
        try (var master = new MasterClient(server.getConfiguration())) {
          if (!canMove(master.admin())) {
            LOG.info("No other server takes regions: {} stay", server.getRegions().size());
            return;
          }
          answered = System.nanoTime();
          moveSome(master.admin());
        } catch (IOException unanswered) {
          LOG.info("The master does not move regions yet: {}", unanswered.toString());
          if (System.nanoTime() - answered > WITHOUT_MASTER.toNanos()) {
            LOG.warn("There is no master: {} regions stay", server.getRegions().size());
            return;
          }
        }
      }
      Thread.sleep(PAUSE_MILLISECONDS);
    }
    LOG.info("All regions are served by others");
  }

  /** Also those that are about to be opened here. */
  private boolean hasRegions() {
    return !server.getRegions().isEmpty() || !server.getRegionsInTransitionInRS().isEmpty();
  }

  /** Makes the master give it no more; whether there is a server that takes what it has. */
  private boolean canMove(AsyncAdmin admin) throws IOException {
    FutureUtils.get(admin.decommissionRegionServers(List.of(server.getServerName()), false));
    return !FutureUtils.get(admin.getRegionServers(true)).isEmpty();
  }

  private void moveSome(AsyncAdmin admin) {
    List<HRegion> regions = List.copyOf(server.getRegions());
    LOG.info("{} regions to move", regions.size());
    List<CompletableFuture<Void>> moves =
        regions.stream().limit(AT_ONCE).map(region -> admin.move(region.getRegionInfo().getRegionName())).toList();
    for (CompletableFuture<Void> move : moves) {
      try {
        FutureUtils.get(move);
      } catch (IOException failure) {
        LOG.info("A region was not moved, and is tried again: {}", failure.toString());
      }
    }
  }
}
