package dev.bigdata.zookeeper;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/**
 * Nodes that prove that data survived: written before something happens to the ensemble, read after it.
 *
 * <p>They lie below {@code /bigdata-sentinel}; each is named {@code bigdata-sentinel-N} and holds the SHA-256 of its name. A
 * member answers a write once most of them have it on their disks.
 *
 * <p>Arguments: {@code write}, {@code read} or {@code remove}, and the members' addresses, {@code host:port} each. The last line of
 * output is a JSON object of facts; a failure ends with its reason and exit code 1.
 */
public final class Sentinel {
  private static final String NAME = "bigdata-sentinel";
  private static final String FOLDER = "/" + NAME;
  private static final String NEVER_WRITTEN = FOLDER + "-never-written";
  private static final int RECORDS = 20;

  private final SortedMap<String, String> records = new TreeMap<>();
  private final List<Member> members;

  private Sentinel(List<Member> members) {
    this.members = members;
    for (int index = 0; index < RECORDS; index++) {
      String name = NAME + "-" + index;
      records.put(name, sha256(name));
    }
  }

  public static void main(String[] arguments) {
    CheckProgram.run(
        () -> {
          if (arguments.length < 2) {
            throw new CheckFailure("needs write, read or remove, and the addresses of the members");
          }
          new Sentinel(Arrays.stream(arguments).skip(1).map(Member::new).toList()).run(arguments[0]);
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
    int writtenNow = 0;
    try (ZooKeeper client = members.get(0).connect()) {
      createIfAbsent(client, FOLDER, "");
      for (var record : records.entrySet()) {
        writtenNow += createIfAbsent(client, FOLDER + "/" + record.getKey(), record.getValue()) ? 1 : 0;
      }
    }
    requireOnAll();
    System.out.printf(
        "{\"records\":%d,\"writtenNow\":%d,\"readOn\":%d,\"sha256\":\"%s\"}%n", RECORDS, writtenNow, members.size(), digest());
  }

  private void read() throws Exception {
    requireOnAll();
    System.out.printf(
        "{\"records\":%d,\"unchanged\":%d,\"readOn\":%d,\"neverWrittenFound\":false,\"sha256\":\"%s\"}%n",
        RECORDS, RECORDS, members.size(), digest());
  }

  private void remove() throws Exception {
    int removed = 0;
    try (ZooKeeper client = members.get(0).connect()) {
      for (String name : records.keySet()) {
        removed += deleteIfThere(client, FOLDER + "/" + name) ? 1 : 0;
      }
      deleteIfThere(client, FOLDER);
    }
    for (Member member : members) {
      try (ZooKeeper client = member.connect()) {
        if (client.exists(FOLDER, false) != null) {
          throw new CheckFailure(member + " still has " + FOLDER);
        }
      }
    }
    System.out.printf("{\"removed\":%d,\"left\":0}%n", removed);
  }

  private void requireOnAll() throws Exception {
    for (Member member : members) {
      requireOn(member);
      System.out.println(member + " has all " + RECORDS + " nodes");
    }
  }

  /** Every node with its content, and no other node. */
  private void requireOn(Member member) throws Exception {
    try (ZooKeeper client = member.connect()) {
      SortedMap<String, String> found = new TreeMap<>();
      for (String name : client.getChildren(FOLDER, false)) {
        found.put(name, new String(client.getData(FOLDER + "/" + name, false, null), StandardCharsets.US_ASCII));
      }
      if (!found.equals(records)) {
        found.entrySet().removeIf(node -> node.getValue().equals(records.get(node.getKey())));
        throw new CheckFailure(
            "%s does not have the %d nodes of %s as they were written; changed or strange: %s"
                .formatted(member, RECORDS, FOLDER, found.keySet()));
      }
      if (client.exists(NEVER_WRITTEN, false) != null) {
        throw new CheckFailure(member + " has a node that nobody wrote: " + NEVER_WRITTEN);
      }
    } catch (KeeperException.NoNodeException absent) {
      throw new CheckFailure(member + " has no node " + absent.getPath());
    }
  }

  private static boolean createIfAbsent(ZooKeeper client, String path, String content) throws Exception {
    try {
      client.create(
          path, content.getBytes(StandardCharsets.US_ASCII), ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
      return true;
    } catch (KeeperException.NodeExistsException there) {
      return false;
    }
  }

  private static boolean deleteIfThere(ZooKeeper client, String path) throws Exception {
    try {
      client.delete(path, -1);
      return true;
    } catch (KeeperException.NoNodeException absent) {
      return false;
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
