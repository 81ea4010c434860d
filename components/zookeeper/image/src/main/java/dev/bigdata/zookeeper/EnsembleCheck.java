package dev.bigdata.zookeeper;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/**
 * Proves that the members form one ensemble: one leader, and what is written on one member is read on every other.
 *
 * <p>Arguments: the members' addresses, {@code host:port} each. The last line of output is a JSON object of facts; a failure ends
 * with its reason and exit code 1. The node that it writes is removed in either case.
 */
public final class EnsembleCheck {
  private static final int SESSION_MILLISECONDS = 10_000;

  /** For an election that is going on, e.g. after a member was replaced. */
  private static final int PATIENCE_MILLISECONDS = 15_000;

  private EnsembleCheck() {}

  public static void main(String[] members) {
    try {
      check(members);
    } catch (Exception failure) {
      System.out.println("FAILED: " + failure.getMessage());
      System.exit(1);
    }
  }

  static void check(String[] members) throws Exception {
    if (members.length < 2) {
      throw new CheckFailure("needs the addresses of at least two members");
    }
    long started = System.nanoTime();
    String leader = patiently(() -> onlyLeader(members));
    String nonce = UUID.randomUUID().toString();
    String writer = members[0];
    int readers = writeHereReadThere(members, nonce);
    System.out.printf(
        "{\"members\":%d,\"leader\":\"%s\",\"writtenOn\":\"%s\",\"readOn\":%d,\"nonce\":\"%s\","
            + "\"otherNonceFound\":false,\"milliseconds\":%d}%n",
        members.length, host(leader), host(writer), readers, nonce, (System.nanoTime() - started) / 1_000_000);
  }

  /** What the action returns once it succeeds, or how it failed at last. */
  private static String patiently(Supplier<String> action) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLISECONDS);
    while (true) {
      try {
        return action.get();
      } catch (CheckFailure failure) {
        if (System.nanoTime() > deadline) {
          throw failure;
        }
        System.out.println("not yet: " + failure.getMessage());
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }

  /** The one member that leads, provided that all the others follow it. */
  private static String onlyLeader(String[] members) {
    List<String> leaders = new ArrayList<>();
    for (String member : members) {
      String mode = modeOf(member);
      System.out.println(member + " is " + mode);
      if (mode.equals("leader")) {
        leaders.add(member);
      } else if (!mode.equals("follower")) {
        throw new CheckFailure(member + " is neither leader nor follower but " + mode);
      }
    }
    if (leaders.size() != 1) {
      throw new CheckFailure("expected exactly one leader among " + members.length + " members, found " + leaders);
    }
    return leaders.get(0);
  }

  /** {@code leader}, {@code follower} or {@code standalone}, as the member says itself. */
  private static String modeOf(String member) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host(member), port(member)), SESSION_MILLISECONDS);
      socket.setSoTimeout(SESSION_MILLISECONDS);
      socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return answer
          .lines()
          .filter(line -> line.startsWith("Mode: "))
          .map(line -> line.substring("Mode: ".length()))
          .findFirst()
          .orElseThrow(() -> new CheckFailure(member + " serves no requests: " + answer.strip()));
    } catch (IOException failure) {
      throw new CheckFailure(member + " cannot be reached: " + failure);
    }
  }

  /** Writes a node on the first member and reads it on every other; returns how many read it. */
  private static int writeHereReadThere(String[] members, String nonce) throws Exception {
    String path = "/bigdata-check-" + nonce;
    byte[] data = nonce.getBytes(StandardCharsets.US_ASCII);
    try (ZooKeeper writer = connect(members[0])) {
      writer.create(path, data, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
      AutoCloseable cleanUp = () -> writer.delete(path, -1);
      try (cleanUp) {
        for (int index = 1; index < members.length; index++) {
          readOn(members[index], path, nonce);
        }
      }
    }
    String last = members[members.length - 1];
    try (ZooKeeper reader = connect(last)) {
      sync(reader, path);
      if (reader.exists(path, false) != null) {
        throw new CheckFailure("the deleted node is still there on " + last);
      }
    }
    return members.length - 1;
  }

  private static void readOn(String member, String path, String nonce) throws Exception {
    try (ZooKeeper reader = connect(member)) {
      sync(reader, path);
      String found = new String(reader.getData(path, false, null), StandardCharsets.US_ASCII);
      if (!found.equals(nonce)) {
        throw new CheckFailure(member + " returned " + found + " instead of " + nonce);
      }
      String other = "/bigdata-check-" + UUID.randomUUID();
      if (reader.exists(other, false) != null) {
        throw new CheckFailure(member + " claims to have a node that nobody wrote: " + other);
      }
    } catch (KeeperException.NoNodeException failure) {
      throw new CheckFailure(member + " does not have what was written on another member");
    }
  }

  private static ZooKeeper connect(String member) throws IOException, InterruptedException {
    CountDownLatch connected = new CountDownLatch(1);
    ZooKeeper client =
        new ZooKeeper(
            member,
            SESSION_MILLISECONDS,
            event -> {
              if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
              }
            });
    if (!connected.await(SESSION_MILLISECONDS, TimeUnit.MILLISECONDS)) {
      client.close();
      throw new CheckFailure(member + " accepted no session within " + SESSION_MILLISECONDS + " ms");
    }
    return client;
  }

  /** Waits until the member has caught up with its leader: without it a read may be older than the write. */
  private static void sync(ZooKeeper client, String path) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    client.sync(path, (code, syncedPath, context) -> done.countDown(), null);
    if (!done.await(SESSION_MILLISECONDS, TimeUnit.MILLISECONDS)) {
      throw new CheckFailure("a member did not catch up with its leader within " + SESSION_MILLISECONDS + " ms");
    }
  }

  private static String host(String member) {
    return member.substring(0, member.lastIndexOf(':'));
  }

  private static int port(String member) {
    return Integer.parseInt(member.substring(member.lastIndexOf(':') + 1));
  }

  /** What the check found wrong, in words for people. */
  private static final class CheckFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CheckFailure(String message) {
      super(message);
    }
  }
}
