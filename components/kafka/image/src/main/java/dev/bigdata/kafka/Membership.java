package dev.bigdata.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kafka.server.KafkaServer;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker in its cluster: a new one takes its share of the partitions; one that is told to leave does, once it has none.
 *
 * <p>What it knows of the cluster is what the controller has told this process.
 */
final class Membership implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  private static final int CONNECT_MILLISECONDS = 4_000;

  private final KafkaServer server;
  private final Settings settings;
  private final int broker;
  private volatile boolean left;

  /** Its registration as of the last look, and in the end the one with which it left. */
  private volatile Optional<Registration> registration = Optional.empty();

  /** Whether the controller has told this process of all topics: the first that it tells may be the brokers alone. */
  private volatile boolean knowsAll;

  /** Whether this process has had all that it is to have; written by one thread. */
  private boolean wasInSync;

  /** What this process has been in sync with: what moves to a member that serves, it only gets beside the rest. */
  private final Set<TopicPartition> synced = new HashSet<>();

  Membership(KafkaServer server, Settings settings) {
    this.server = server;
    this.settings = settings;
    this.broker = server.config().brokerId();
  }

  /** Whether it serves no more, and waits for its pod to go. */
  boolean hasLeft() {
    return left;
  }

  /** Whether it takes connections, or has left and need not. */
  boolean isAlive() {
    if (left) {
      return true;
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port()), CONNECT_MILLISECONDS);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  @Override
  public void run() {
    while (true) {
      try (Registry registry = Registry.connect(settings.zookeeper())) {
        follow(registry);
      } catch (Exception failure) {
        LOG.info("Looks again at who belongs to the cluster: {}", failure.toString());
      }
      pause();
    }
  }

  /** Looks once a second, as long as the session lasts. */
  private void follow(Registry registry) throws Exception {
    while (true) {
      if (!left) {
        registration = registry.brokers().stream().filter(each -> each.broker() == broker).findFirst();
      }
      if (!knowsAll) {
        learn(registry);
      }
      boolean isToLeave = registration.isPresent() && registry.leaving().contains(registration.get());
      if (left && !isToLeave) {
        LOG.info("Comes back, for nobody wants it to leave any more");
        System.exit(0);
      } else if (!left && isToLeave && view().isPresent() && !holdsAny(view().get())) {
        leave();
      } else if (!left && !isToLeave && settings.isNewcomer() && view().isPresent()) {
        takeShare(registry);
      }
      pause();
    }
  }

  private void learn(Registry registry) throws Exception {
    Optional<Cluster> cluster = told();
    boolean areNone = registry.topics().isEmpty();
    if (cluster.isEmpty() || (cluster.get().topics().isEmpty() && !areNone)) {
      return;
    }
    if (!areNone && !holdsAny(cluster.get())) {
      settings.beNewcomer();
    }
    knowsAll = true;
  }

  private void leave() throws Exception {
    LOG.info("Leaves the cluster, for it holds no partition");
    // It comes with nothing, should it come back.
    settings.beNewcomer();
    left = true;
    server.shutdown();
  }

  /** One broker after the other, and none while brokers leave. */
  private void takeShare(Registry registry) throws Exception {
    if (!registry.lockMoves()) {
      return;
    }
    try {
      if (registry.topics().isEmpty() || !moveOnto(registry)) {
        settings.beMember();
      }
    } finally {
      registry.unlockMoves();
    }
  }

  /** Whether it is to look again, for there was something to move. */
  private boolean moveOnto(Registry registry) throws Exception {
    try (Moves moves = new Moves(settings.address(), settings.bytesPerSecond())) {
      // This one may have been killed in the middle.
      moves.await(registry::numbers);
      moves.unthrottle(registry.numbers());
      Map<TopicPartition, TopicPartitionInfo> partitions = moves.partitions();
      if (partitions.isEmpty()) {
        return true;
      }
      // A move ends when all replicas are in sync, those that stay included.
      partitions.values().removeIf(each -> !each.isr().containsAll(each.replicas()));
      Map<TopicPartition, List<Integer>> targets =
          new Spread(Moves.replicas(partitions), registry.numbers()).onto(broker);
      if (!targets.isEmpty()) {
        LOG.info("Takes its share: {} partitions", targets.size());
        moves.start(targets);
        moves.await(registry::numbers);
        moves.unthrottle(registry.numbers());
      }
      return !targets.isEmpty();
    }
  }

  /** What this broker lacks of all that it is to have; empty if nothing. */
  Optional<String> missing() {
    if (left) {
      return Optional.of("has left the cluster");
    }
    Optional<Cluster> cluster = view();
    if (cluster.isEmpty() || registration.isEmpty()) {
      return Optional.of("does not belong to the cluster");
    }
    if (settings.isNewcomer()) {
      return Optional.of("has not taken its share of the partitions yet");
    }
    List<PartitionInfo> behind = behindAgain(cluster.get());
    if (behind.isEmpty()) {
      wasInSync = true;
      return Optional.empty();
    }
    if (wasInSync && cluster.get().nodes().stream().noneMatch(each -> behind(cluster.get(), each.id()).isEmpty())) {
      // Too much for all of them: without any that is ready, clients would not even find those that lead.
      return Optional.empty();
    }
    return Optional.of(
        "is not in sync with %d partitions, %s-%d is one of them"
            .formatted(behind.size(), behind.get(0).topic(), behind.get(0).partition()));
  }

  /** What this broker is behind with: of what it has never been in sync with, only until it is ready for the first time. */
  private List<PartitionInfo> behindAgain(Cluster cluster) {
    List<PartitionInfo> behind = behind(cluster, broker);
    Set<TopicPartition> held = held(cluster, broker).map(Membership::named).collect(Collectors.toSet());
    synced.retainAll(held);
    held.removeAll(behind.stream().map(Membership::named).toList());
    synced.addAll(held);
    return wasInSync ? behind.stream().filter(each -> synced.contains(named(each))).toList() : behind;
  }

  private static TopicPartition named(PartitionInfo partition) {
    return new TopicPartition(partition.topic(), partition.partition());
  }

  /** Empty until the controller has told this broker of the whole cluster, itself included. */
  private Optional<Cluster> view() {
    return knowsAll ? told() : Optional.empty();
  }

  private Optional<Cluster> told() {
    if (server.metadataCache() == null) {
      return Optional.empty();
    }
    Cluster cluster =
        server.metadataCache().getClusterMetadata(server.clusterId(), server.config().interBrokerListenerName());
    return Optional.of(cluster).filter(each -> each.nodeById(broker) != null);
  }

  private boolean holdsAny(Cluster cluster) {
    return held(cluster, broker).findAny().isPresent();
  }

  private static Stream<PartitionInfo> held(Cluster cluster, int broker) {
    return cluster.topics().stream()
        .flatMap(topic -> cluster.partitionsForTopic(topic).stream())
        .filter(partition -> isAmong(broker, partition.replicas()));
  }

  /** One without a leader has nothing to catch up with. */
  private static List<PartitionInfo> behind(Cluster cluster, int broker) {
    return held(cluster, broker)
        .filter(each -> each.leader() != null && cluster.nodeById(each.leader().id()) != null)
        .filter(each -> !isAmong(broker, each.inSyncReplicas()))
        .toList();
  }

  private static boolean isAmong(int broker, Node[] nodes) {
    return Arrays.stream(nodes).anyMatch(node -> node.id() == broker);
  }

  private static void pause() {
    try {
      TimeUnit.SECONDS.sleep(1);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
