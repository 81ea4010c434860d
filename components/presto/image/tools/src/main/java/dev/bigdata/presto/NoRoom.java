package dev.bigdata.presto;

/** Other queries leave no room for the check, which says nothing about the cluster. */
final class NoRoom extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoRoom(String message) {
    super(message);
  }
}
