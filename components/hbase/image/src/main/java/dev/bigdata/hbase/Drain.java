package dev.bigdata.hbase;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
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
 *
 * <p>It ends when the server has no region any more. The server keeps them if no other takes any, if there is no master, or if its
 * own name is gone: then its Service was deleted, and with it all that clients could reach.
 */
final class Drain {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int PAUSE_MILLISECONDS = 250;

  /** The master has few threads for such requests, and each takes one until the region has moved. */
  private static final int AT_ONCE = 4;

  /** Looks in a row: what is so once may be chance. */
  private static final int LOOKS = 20;

  /** For so long a master may start; without one, the regions are served again once there is one. */
  private static final Duration WITHOUT_MASTER = Duration.ofMinutes(2);

  /** For so long no region may have moved: there may be none that another server takes. */
  private static final Duration WITHOUT_PROGRESS = Duration.ofMinutes(1);

  private final HRegionServer server;
  private Thread thread;
  private int fewest = Integer.MAX_VALUE;
  private long advanced;

  Drain(HRegionServer server) {
    this.server = server;
  }

  /** Whether the server may be stopped; the first question begins it. */
  synchronized boolean isDone() {
    if (thread == null) {
      thread = new Thread(this::run, "drain");
      thread.setDaemon(true);
      thread.start();
    }
    return !thread.isAlive();
  }

  private void run() {
    try {
      moveAll();
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private void moveAll() throws InterruptedException {
    long answered = System.nanoTime();
    int looksWithoutName = 0;
    advanced = answered;
    while (hasRegions()) {
      looksWithoutName = OwnName.isKnown(server.getServerName().getHostname()) ? 0 : looksWithoutName + 1;
      if (looksWithoutName == LOOKS) {
        LOG.info("Its Service is gone: {} regions stay", server.getRegions().size());
        return;
      }
      if (looksWithoutName == 0) {
        try (var master = new MasterClient(server.getConfiguration(), PATIENCE)) {
          if (!canMove(master.admin())) {
            LOG.info("No other server takes regions: {} stay", server.getRegions().size());
            return;
          }
          answered = System.nanoTime();
          moveSome(master.admin());
        } catch (IOException unanswered) {
          LOG.info("The master does not move regions yet: {}", unanswered.toString());
          advanced = System.nanoTime();
          if (isLonger(WITHOUT_MASTER, answered)) {
            LOG.warn("There is no master: {} regions stay", server.getRegions().size());
            return;
          }
        }
      }
      if (!advances()) {
        LOG.warn("No region moves: {} stay", server.getRegions().size());
        return;
      }
      Thread.sleep(PAUSE_MILLISECONDS);
    }
    LOG.info("All regions are served by others");
  }

  private boolean advances() {
    int regions = server.getRegions().size();
    if (regions < fewest) {
      fewest = regions;
      advanced = System.nanoTime();
    }
    return !isLonger(WITHOUT_PROGRESS, advanced);
  }

  private static boolean isLonger(Duration than, long since) {
    return System.nanoTime() - since > than.toNanos();
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
    List<HRegion> regions = new ArrayList<>(server.getRegions());
    LOG.info("{} regions to move", regions.size());
    // One that cannot move is in the way of no other.
    Collections.shuffle(regions);
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
