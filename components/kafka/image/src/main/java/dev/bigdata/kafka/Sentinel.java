package dev.bigdata.kafka;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Records that prove that data survived: written before something happens to the brokers, read after it.
 *
 * <p>They lie in the topic {@code bigdata-sentinel}, which keeps them for ever; each is its name, {@code bigdata-sentinel-N}, and
 * the SHA-256 of that name.
 *
 * <p>Arguments: {@code write}, {@code read} or {@code remove}, and the bootstrap address. The last line of output is a JSON object
 * of facts; a failure ends with its reason and exit code 1.
 */
public final class Sentinel {
  private static final String NAME = "bigdata-sentinel";
  private static final String NEVER_WRITTEN = NAME + "-never-written";
  private static final short REPLICAS = 3;
  private static final int RECORDS = 30;

  private final List<String> records = IntStream.range(0, RECORDS).mapToObj(Sentinel::record).toList();
  private final CheckTopic topic;

  private Sentinel(CheckTopic topic) {
    this.topic = topic;
  }

  public static void main(String[] arguments) {
    CheckProgram.run(
        () -> {
          if (arguments.length != 2) {
            throw new CheckFailure("needs two arguments: write, read or remove, and the bootstrap address");
          }
          try (var topic = new CheckTopic(arguments[1], NAME, REPLICAS)) {
            new Sentinel(topic).run(arguments[0]);
          }
        });
  }

  private void run(String step) throws Exception {
    switch (step) {
      case "write" -> write();
      case "read" -> read();
      case "remove" -> remove();
      default -> throw new CheckFailure("can write, read and remove, not " + step);
    }
  }

  private void write() throws Exception {
    topic.awaitBrokers();
    if (!topic.exists()) {
      topic.create(Map.of("retention.ms", "-1", "retention.bytes", "-1", "cleanup.policy", "delete"));
    }
    List<String> missing = new ArrayList<>(records);
    missing.removeAll(requireNothingElse(topic.read()));
    topic.write(missing);
    int inSync = topic.smallestInSync();
    requireAll(topic.read());
    System.out.printf(
        "{\"records\":%d,\"writtenNow\":%d,\"inSync\":%d,\"sha256\":\"%s\"}%n", RECORDS, missing.size(), inSync, digest());
  }

  private void read() throws Exception {
    if (!topic.exists()) {
      throw new CheckFailure("there is no topic " + NAME);
    }
    requireAll(topic.read());
    if (topic.exists(NEVER_WRITTEN)) {
      throw new CheckFailure("there is a topic that nobody made: " + NEVER_WRITTEN);
    }
    System.out.printf(
        "{\"records\":%d,\"unchanged\":%d,\"neverWrittenFound\":false,\"sha256\":\"%s\"}%n", RECORDS, RECORDS, digest());
  }

  private void remove() throws Exception {
    boolean wasThere = topic.exists();
    if (wasThere) {
      topic.delete();
    }
    System.out.printf("{\"wasThere\":%b,\"left\":0}%n", wasThere);
  }

  private void requireAll(List<String> found) {
    requireNothingElse(found);
    List<String> missing = new ArrayList<>(records);
    missing.removeAll(found);
    if (!missing.isEmpty()) {
      throw new CheckFailure("%d of %d records are missing, the first is %s".formatted(missing.size(), RECORDS, missing.get(0)));
    }
  }

  /** The records found, provided that each is one of the sentinel's and stands there once. */
  private List<String> requireNothingElse(List<String> found) {
    List<String> others = new ArrayList<>(found);
    records.forEach(others::remove);
    if (!others.isEmpty()) {
      throw new CheckFailure(
          "%d records in %s are changed, repeated or strange, the first is %s".formatted(others.size(), NAME, others.get(0)));
    }
    return found;
  }

  private static String record(int index) {
    String name = NAME + "-" + index;
    return name + " " + sha256(name);
  }

  /** One digest of all records: the same whenever and wherever they are written. */
  private String digest() {
    return sha256(String.join("\n", records));
  }

  private static String sha256(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
