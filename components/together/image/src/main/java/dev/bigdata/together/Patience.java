package dev.bigdata.together;

import java.time.Duration;

/** Waits for something that must become true before long. */
final class Patience {
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Duration limit;
  private final long deadline;

  Patience(Duration limit) {
    this.limit = limit;
    this.deadline = System.nanoTime() + limit.toNanos();
  }

  /**
   * Waits a moment; throws if the time is over.
   *
   * @param complaint what is wrong as long as it has not become true
   */
  void pause(String complaint) throws InterruptedException {
    if (System.nanoTime() > deadline) {
      throw new CheckFailure(complaint + ", " + limit.toSeconds() + " s long");
    }
    Thread.sleep(PAUSE.toMillis());
  }
}
