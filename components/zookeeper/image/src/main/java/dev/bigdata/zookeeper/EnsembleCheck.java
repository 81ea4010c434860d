package dev.bigdata.zookeeper;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/**
 * Proves that the members form one ensemble: these vote and no others, one leads, and what is written on one member is read on every other.
 *
 * <p>Arguments: the members' addresses, {@code host:port} each. The last line of output is a JSON object of facts; a failure ends
 * with its reason and exit code 1. The node that it writes is removed in either case.
 */
public final class EnsembleCheck {
  /** For an election that is going on, e.g. after a member was replaced. */

  private EnsembleCheck() {}

  public static void main(String[] members) {
    CheckProgram.run(() -> check(members));
  }

  static void check(String[] addresses) throws Exception {
    if (addresses.length < 2) {
      throw new CheckFailure("needs the addresses of at least two members");
    }
    long started = System.nanoTime();
    List<Member> members = Arrays.stream(addresses).map(Member::new).toList();
    Member leader = patiently(() -> onlyLeader(members));
    for (Member member : members) {
      requireAllToVote(member, members.size());
    }
    String nonce = UUID.randomUUID().toString();
    Member writer = members.get(0);
    int readers = writeHereReadThere(members, nonce);
    System.out.printf(
        "{\"members\":%d,\"leader\":\"%s\",\"writtenOn\":\"%s\",\"readOn\":%d,\"nonce\":\"%s\","
            + "\"otherNonceFound\":false,\"milliseconds\":%d}%n",
        members.size(), leader.host(), writer.host(), readers, nonce, (System.nanoTime() - started) / 1_000_000);
  }

  /** What the action returns once it succeeds. */
  private static Member patiently(Supplier<Member> action) throws InterruptedException {
    var notYet = new NotYet();
    while (true) {
      try {
        return action.get();
      } catch (CheckFailure failure) {
        notYet.pause(failure.getMessage());
      }
    }
  }

  /** The one member that leads, provided that all the others follow it. */
  private static Member onlyLeader(List<Member> members) {
    List<Member> leaders = new ArrayList<>();
    for (Member member : members) {
      String mode = member.mode();
      if (mode.equals("leader")) {
        leaders.add(member);
      } else if (!mode.equals("follower")) {
        throw new CheckFailure(member + " is neither leader nor follower but " + mode);
      }
    }
    if (leaders.size() != 1) {
      throw new CheckFailure("expected exactly one leader among " + members.size() + " members, found " + leaders);
    }
    System.out.println(leaders.get(0) + " leads, and the others follow");
    return leaders.get(0);
  }

  /** By what a member knows of its ensemble, these and no others have a vote in it. */
  private static void requireAllToVote(Member member, int size) throws Exception {
    try (ZooKeeper client = member.connect()) {
      Configuration configuration = Ensemble.configuration(client);
      boolean allVote = IntStream.range(0, size).allMatch(configuration::hasVoter);
      if (!allVote || configuration.lines().size() != size) {
        throw new CheckFailure(
            "expected an ensemble of %d members, but by %s it is %s".formatted(size, member, configuration.lines().values()));
      }
    }
  }

  /** Writes a node on the first member and reads it on every other; returns how many read it. */
  private static int writeHereReadThere(List<Member> members, String nonce) throws Exception {
    String path = "/bigdata-check-" + nonce;
    byte[] data = nonce.getBytes(StandardCharsets.US_ASCII);
    List<Member> readers = members.subList(1, members.size());
    try (ZooKeeper writer = members.get(0).connect()) {
      writer.create(path, data, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
      AutoCloseable cleanUp = () -> writer.delete(path, -1);
      try (cleanUp) {
        for (Member reader : readers) {
          readOn(reader, path, nonce);
        }
      }
    }
    Member last = readers.get(readers.size() - 1);
    try (ZooKeeper reader = last.connect()) {
      if (reader.exists(path, false) != null) {
        throw new CheckFailure("the deleted node is still there on " + last);
      }
    }
    return readers.size();
  }

  private static void readOn(Member member, String path, String nonce) throws Exception {
    try (ZooKeeper reader = member.connect()) {
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
}
