package dev.bigdata.hdfs;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.hdfs.server.namenode.NameNode;
import org.apache.hadoop.hdfs.server.namenode.startupprogress.Phase;
import org.apache.hadoop.hdfs.server.namenode.startupprogress.StartupProgressView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log how far the namenode is with its start, so that whoever waits for it knows that it gets on. */
final class StartProgress {
  private static final Logger LOG = LoggerFactory.getLogger(StartProgress.class);
  private static final int PAUSE_SECONDS = 5;

  private StartProgress() {}

  /** Says so until it has started. */
  static void log(BooleanSupplier hasStarted) {
    Thread thread = new Thread(() -> watch(hasStarted), "Start progress");
    thread.setDaemon(true);
    thread.start();
  }

  private static void watch(BooleanSupplier hasStarted) {
    try {
      TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
      while (!hasStarted.getAsBoolean()) {
        StartupProgressView view = NameNode.getStartupProgress().createView();
        long done = 0;
        long all = 0;
        for (Phase phase : view.getPhases()) {
          done += view.getCount(phase);
          all += view.getTotal(phase);
        }
        LOG.info("progress: {} of {} files, changes and blocks", done, all);
        TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
