package dev.bigdata.metastore;

/** Something is not as the check demands; the message is for people. */
final class CheckFailure extends Exception {
  private static final long serialVersionUID = 1L;

  CheckFailure(String message) {
    super(message);
  }
}
