package dev.bigdata.hdfs;

/** How every check ends: well, or with its reason as the last line of output and exit code 1. */
final class CheckProgram {
  private CheckProgram() {}

  static void run(Check check) {
    try {
      check.run();
      // Threads of Hadoop's client would keep the JVM up.
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
