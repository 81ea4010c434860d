package dev.bigdata.spark;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Steps one after the other, in a thread that keeps no JVM alive. */
final class Turn {
  private Turn() {}

  static ScheduledExecutorService named(String name) {
    return Executors.newSingleThreadScheduledExecutor(work -> {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      return thread;
    });
  }
}
