package dev.bigdata.kafka;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Proves that records are replicated: a topic of three replicas takes them with {@code acks=all}, every replica is in sync, and
 * exactly what was written under this run's nonce is read back, under another nonce nothing.
 *
 * <p>Argument: the bootstrap address. The last line of output is a JSON object of facts; a failure ends with its reason and exit
 * code 1. The topic is deleted in either case.
 */
public final class ReplicationCheck {
  private static final short REPLICAS = 3;
  private static final int RECORDS = 30;

  private final String bootstrap;
  private final short replicas;
  private final String nonce = UUID.randomUUID().toString();

  ReplicationCheck(String bootstrap, short replicas) {
    this.bootstrap = bootstrap;
    this.replicas = replicas;
  }

  public static void main(String[] arguments) {
    CheckProgram.run(
        () -> {
          if (arguments.length != 1) {
            throw new CheckFailure("needs one argument, the bootstrap address");
          }
          new ReplicationCheck(arguments[0], REPLICAS).run();
        });
  }

  void run() throws Exception {
    long started = System.nanoTime();
    try (var topic = new CheckTopic(bootstrap, "bigdata-check-" + nonce, replicas)) {
      int brokers = topic.awaitBrokers();
      int inSync;
      AutoCloseable cleanUp = topic::delete;
      try (cleanUp) {
        topic.create(Map.of());
        topic.write(IntStream.range(0, RECORDS).mapToObj(index -> nonce + " " + index).toList());
        inSync = topic.smallestInSync();
        compare(topic.read());
      }
      System.out.printf(
          "{\"brokers\":%d,\"replicas\":%d,\"inSync\":%d,\"minimumInSync\":%d,\"acks\":\"all\",\"written\":%d,\"read\":%d,"
              + "\"readOfAnotherNonce\":0,\"nonce\":\"%s\",\"milliseconds\":%d}%n",
          brokers,
          replicas,
          inSync,
          topic.minimumInSync(),
          RECORDS,
          RECORDS,
          nonce,
          (System.nanoTime() - started) / 1_000_000);
    }
  }

  /** Exactly the records of this run, and none that another run would have written. */
  private void compare(List<String> read) {
    String other = UUID.randomUUID().toString();
    long found = read.stream().filter(value -> value.startsWith(nonce)).distinct().count();
    long foundOther = read.stream().filter(value -> value.startsWith(other)).count();
    if (found != RECORDS || read.size() != RECORDS || foundOther != 0) {
      throw new CheckFailure(
          "wrote %d records, read %d: %d of this run, %d of another nonce"
              .formatted(RECORDS, read.size(), found, foundOther));
    }
  }
}
