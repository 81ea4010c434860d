package dev.bigdata.kafka;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/** What ZooKeeper knows of a Kafka cluster, and what its brokers and those who resize it agree upon there. */
final class Registry implements AutoCloseable {
  private static final int SESSION_MILLISECONDS = 18_000;
  private static final Pattern CLUSTER_ID = Pattern.compile("\"id\"\\s*:\\s*\"([^\"]+)\"");
  private static final Pattern REPLICAS = Pattern.compile("\"partitions\"\\s*:\\s*\\{([^}]*)}");
  private static final Pattern BROKER_IN_LIST = Pattern.compile("(?<=[\\[,])\\s*(\\d+)\\s*(?=[\\],])");
  private static final String BROKERS = "/brokers/ids";
  private static final String TOPICS = "/brokers/topics";
  private static final String DELETED_TOPICS = "/admin/delete_topics";

  /** The registrations that are to leave the cluster, a line each. */
  private static final String LEAVING = "/bigdata-leaving";

  /** Exists while somebody moves partitions. */
  private static final String MOVES = "/bigdata-moves";

  private final ZooKeeper client;

  private Registry(ZooKeeper client) {
    this.client = client;
  }

  /**
   * A session with a server that has caught up with its leader.
   *
   * @param address of the ensemble, with the path of the Kafka cluster
   * @throws IOException if there is none in time
   */
  static Registry connect(String address) throws Exception {
    CountDownLatch connected = new CountDownLatch(1);
    ZooKeeper client =
        new ZooKeeper(
            address,
            SESSION_MILLISECONDS,
            event -> {
              if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
              }
            });
    CountDownLatch synced = new CountDownLatch(1);
    boolean isConnected = connected.await(SESSION_MILLISECONDS, TimeUnit.MILLISECONDS);
    if (isConnected) {
      client.sync("/", (code, path, context) -> synced.countDown(), null);
    }
    if (!isConnected || !synced.await(SESSION_MILLISECONDS, TimeUnit.MILLISECONDS)) {
      client.close();
      throw new IOException("ZooKeeper at " + address + " accepted no session within " + SESSION_MILLISECONDS + " ms");
    }
    return new Registry(client);
  }

  /** Empty if there has never been a broker. */
  Optional<String> clusterId() throws Exception {
    try {
      Matcher id = CLUSTER_ID.matcher(text("/cluster/id"));
      return id.find() ? Optional.of(id.group(1)) : Optional.empty();
    } catch (KeeperException.NoNodeException absent) {
      return Optional.empty();
    }
  }

  /** The brokers that belong to the cluster now. */
  Set<Registration> brokers() throws Exception {
    Set<Registration> found = new HashSet<>();
    for (String id : children(BROKERS)) {
      Stat stat = client.exists(BROKERS + "/" + id, false);
      if (stat != null) {
        found.add(new Registration(Integer.parseInt(id), stat.getCzxid()));
      }
    }
    return found;
  }

  /** The numbers of {@link #brokers}. */
  Set<Integer> numbers() throws Exception {
    return brokers().stream().map(Registration::broker).collect(Collectors.toSet());
  }

  /** The names of all topics, also of those that no broker serves, but not of those that are being deleted. */
  Set<String> topics() throws Exception {
    Set<String> topics = new HashSet<>(children(TOPICS));
    topics.removeAll(children(DELETED_TOPICS));
    return topics;
  }

  private List<String> children(String node) throws Exception {
    try {
      return client.getChildren(node, false);
    } catch (KeeperException.NoNodeException none) {
      return List.of();
    }
  }

  /** The brokers that have replicas of a topic, whether they serve or not. */
  Set<Integer> holders(String topic) throws Exception {
    Matcher replicas;
    try {
      replicas = REPLICAS.matcher(text(TOPICS + "/" + topic));
    } catch (KeeperException.NoNodeException deleted) {
      return Set.of();
    }
    if (!replicas.find()) {
      return Set.of();
    }
    return BROKER_IN_LIST
        .matcher(replicas.group(1))
        .results()
        .map(one -> Integer.valueOf(one.group(1)))
        .collect(Collectors.toSet());
  }

  /** The registrations that are to leave. */
  Set<Registration> leaving() throws Exception {
    try {
      return text(LEAVING).lines().map(Registration::parse).collect(Collectors.toSet());
    } catch (KeeperException.NoNodeException nobody) {
      return Set.of();
    }
  }

  void tellToLeave(Set<Registration> registrations) throws Exception {
    byte[] text =
        registrations.stream()
            .map(Registration::toString)
            .collect(Collectors.joining("\n"))
            .getBytes(StandardCharsets.US_ASCII);
    try {
      client.setData(LEAVING, text, -1);
    } catch (KeeperException.NoNodeException absent) {
      if (registrations.isEmpty()) {
        return;
      }
      client.create(LEAVING, text, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }
  }

  /** Whether it is from now on this session alone that moves partitions, until it ends or unlocks. */
  boolean lockMoves() throws Exception {
    try {
      client.create(MOVES, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
      return true;
    } catch (KeeperException.NodeExistsException taken) {
      return false;
    }
  }

  void unlockMoves() throws Exception {
    client.delete(MOVES, -1);
  }

  private String text(String node) throws Exception {
    return new String(client.getData(node, false, null), StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws InterruptedException {
    client.close();
  }
}
