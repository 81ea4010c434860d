package dev.bigdata.nifi;

import java.time.Duration;

/** Waits for something that must become true before long. */
final class Patience {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final long deadline = System.nanoTime() + LIMIT.toNanos();
  private final String complaint;

  /**
   * @param complaint what is wrong if it does not become true
   */
  Patience(String complaint) {
    this.complaint = complaint;
  }

  /** Waits a moment; throws the complaint if the time is over. */
  void pause() throws InterruptedException {
    if (System.nanoTime() > deadline) {
      throw new CheckFailure(complaint + " within " + LIMIT.toSeconds() + " s");
    }
    Thread.sleep(PAUSE.toMillis());
  }
}
