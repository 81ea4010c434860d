package dev.bigdata.kafka;

import java.util.concurrent.ExecutionException;

/** How every check ends: well, or with its reason as the last line of output and exit code 1. */
final class CheckProgram {
  private CheckProgram() {}

  static void run(Check check) {
    try {
      check.run();
    } catch (ExecutionException failure) {
      fail(failure.getCause());
    } catch (Exception failure) {
      fail(failure);
    }
  }

  private static void fail(Throwable failure) {
    String kind = failure instanceof CheckFailure ? "" : failure.getClass().getSimpleName() + ": ";
    System.out.println("FAILED: " + kind + failure.getMessage());
    System.exit(1);
  }

  interface Check {
    void run() throws Exception;
  }
}
