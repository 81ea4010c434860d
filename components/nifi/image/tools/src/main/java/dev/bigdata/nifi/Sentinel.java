package dev.bigdata.nifi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A stopped flow that proves that flows survive: written before something happens to the nodes, read after it.
 *
 * <p>It is the process group {@code bigdata-sentinel}; each of its processors is named {@code bigdata-sentinel-N} and would generate
 * the SHA-256 of its name.
 *
 * <p>Arguments: {@code write}, {@code read} or {@code remove}, a node's host, and the port of its REST interface. The last line of
 * output is a JSON object of facts; a failure ends with its reason and exit code 1.
 */
public final class Sentinel {
  private static final String NAME = "bigdata-sentinel";
  private static final String CONTENT = "generate-ff-custom-text";
  private static final int PROCESSORS = 3;

  /** NiFi answers before it has saved its flow, every half second ({@code nifi.flowservice.writedelay.interval}). */
  private static final Duration SAVED = Duration.ofSeconds(3);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final SortedMap<String, String> records = new TreeMap<>();
  private final Nifi nifi;

  private Sentinel(Nifi nifi) {
    this.nifi = nifi;
    for (int index = 0; index < PROCESSORS; index++) {
      String name = NAME + "-" + index;
      records.put(name, sha256(name));
    }
  }

  public static void main(String[] arguments) {
    CheckProgram.run(
        () -> {
          if (arguments.length != 3) {
            throw new CheckFailure("needs three arguments: write, read or remove, a host, and its REST port");
          }
          new Sentinel(new Nifi("http://" + arguments[1] + ":" + arguments[2] + "/nifi-api")).run(arguments[0]);
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
    boolean wasThere = !nifi.groups(NAME).isEmpty();
    if (!wasThere) {
      nifi.create(NAME, definition());
    }
    requireAll();
    Thread.sleep(SAVED.toMillis());
    System.out.printf(
        "{\"records\":%d,\"writtenNow\":%d,\"sha256\":\"%s\"}%n", PROCESSORS, wasThere ? 0 : PROCESSORS, digest());
  }

  private void read() throws Exception {
    requireAll();
    System.out.printf(
        "{\"records\":%d,\"unchanged\":%d,\"neverWrittenFound\":false,\"sha256\":\"%s\"}%n", PROCESSORS, PROCESSORS, digest());
  }

  private void remove() throws Exception {
    List<String> groups = nifi.groups(NAME);
    for (String group : groups) {
      nifi.delete(group);
    }
    if (!nifi.groups(NAME).isEmpty()) {
      throw new CheckFailure("the deleted process group is still there");
    }
    Thread.sleep(SAVED.toMillis());
    System.out.printf("{\"wasThere\":%b,\"left\":0}%n", !groups.isEmpty());
  }

  /** One group whose name begins so, with every processor as it was made, and no other. */
  private void requireAll() throws Exception {
    List<String> groups = nifi.groups(NAME);
    if (groups.size() != 1) {
      throw new CheckFailure("expected one process group " + NAME + ", found " + groups.size());
    }
    SortedMap<String, String> found = new TreeMap<>();
    for (JsonNode processor : nifi.processors(groups.get(0))) {
      String name = processor.path("name").asText();
      if (!processor.path("state").asText().equals("STOPPED")) {
        throw new CheckFailure("the processor " + name + " is " + processor.path("state").asText());
      }
      found.put(name, processor.path("config").path("properties").path(CONTENT).asText());
    }
    if (!found.equals(records)) {
      throw new CheckFailure("the processors of " + NAME + " are not what was written: " + found);
    }
    System.out.println("the process group has its " + PROCESSORS + " processors, all stopped");
  }

  private String definition() throws IOException {
    JsonNode definition = resource("/sentinel-group.json");
    ArrayNode processors = (ArrayNode) definition.path("flowContents").path("processors");
    for (var record : records.entrySet()) {
      ObjectNode processor = (ObjectNode) resource("/sentinel-processor.json");
      processor.put("identifier", record.getKey()).put("name", record.getKey());
      ((ObjectNode) processor.path("properties")).put(CONTENT, record.getValue());
      processors.add(processor);
    }
    return definition.toString();
  }

  private static JsonNode resource(String name) throws IOException {
    try (InputStream resource = Sentinel.class.getResourceAsStream(name)) {
      return JSON.readTree(resource);
    }
  }

  /** One digest of all records: the same whenever and wherever they are written. */
  private String digest() {
    return sha256(records.toString());
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
