package dev.bigdata.zookeeper;

/** What a check found wrong, in words for people. */
final class CheckFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CheckFailure(String message) {
    super(message);
  }
}
