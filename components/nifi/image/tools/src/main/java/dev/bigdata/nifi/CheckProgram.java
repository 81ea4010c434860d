package dev.bigdata.nifi;

/** How every check ends: well, or with its reason as the last line of output and exit code 1. */
final class CheckProgram {
  private CheckProgram() {}

  static void run(Check check) {
    try {
      check.run();
      System.exit(0);
    } catch (Exception failure) {
      String kind = failure instanceof CheckFailure ? "" : failure.getClass().getSimpleName() + ": ";
      System.out.println("FAILED: " + kind + failure.getMessage());
      System.exit(1);
    }
  }

  interface Check {
    void run() throws Exception;
  }
}
