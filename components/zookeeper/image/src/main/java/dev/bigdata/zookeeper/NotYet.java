package dev.bigdata.zookeeper;

/** Waits for something that must become true, and tells what is missing: how long that may take, whoever runs the check decides. */
final class NotYet {
  private static final int PAUSE_MILLISECONDS = 1000;

  private String told;

  /** Waits a moment. */
  void pause(String missing) throws InterruptedException {
    if (!missing.equals(told)) {
      System.out.println("not yet: " + missing);
      told = missing;
    }
    Thread.sleep(PAUSE_MILLISECONDS);
  }
}
