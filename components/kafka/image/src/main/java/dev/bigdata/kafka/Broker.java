package dev.bigdata.kafka;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;

/**
 * Starts a broker, unless its data belongs to another cluster than the one in ZooKeeper.
 *
 * <p>Kafka itself would start, invent a cluster where ZooKeeper has none, and die over and over with an exception in the middle of
 * its log. This refuses first, changes nothing, and says as its last words what does not match and what to do.
 *
 * <p>Arguments: those of {@code kafka.Kafka}; the first is the path of server.properties.
 */
public final class Broker {
  private static final int SESSION_MILLISECONDS = 18_000;
  private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*\"([^\"]+)\"");

  private Broker() {}

  public static void main(String[] arguments) throws Exception {
    Properties settings = load(Path.of(arguments[0]));
    Path data = Path.of(settings.getProperty("log.dirs"));
    Optional<String> stored = clusterOfData(data);
    if (stored.isPresent()) {
      refuseStrangeData(stored.get(), data, settings.getProperty("zookeeper.connect"));
    }
    kafka.Kafka.main(arguments);
  }

  private static void refuseStrangeData(String stored, Path data, String zookeeper) throws Exception {
    Optional<String> known = clusterOfZooKeeper(zookeeper);
    if (known.isPresent() && known.get().equals(stored)) {
      return;
    }
    System.err.printf(
        "The data in %s belongs to the Kafka cluster %s, but ZooKeeper at %s knows %s.%n"
            + "Nothing was changed. Bring back the ZooKeeper data that belongs to it, or, if the records may be lost, "
            + "delete the claims of this component and install it again.%n",
        data, stored, zookeeper, known.map(id -> "the cluster " + id).orElse("no cluster"));
    System.exit(1);
  }

  /** The cluster that the data was written by; none for an empty volume. */
  private static Optional<String> clusterOfData(Path data) throws IOException {
    Path file = data.resolve("meta.properties");
    return Files.exists(file) ? Optional.ofNullable(load(file).getProperty("cluster.id")) : Optional.empty();
  }

  private static Optional<String> clusterOfZooKeeper(String address) throws Exception {
    CountDownLatch connected = new CountDownLatch(1);
    try (ZooKeeper client =
        new ZooKeeper(
            address,
            SESSION_MILLISECONDS,
            event -> {
              if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
              }
            })) {
      if (!connected.await(SESSION_MILLISECONDS, TimeUnit.MILLISECONDS)) {
        System.err.println("ZooKeeper at " + address + " accepted no session within " + SESSION_MILLISECONDS + " ms.");
        System.exit(1);
      }
      String node = new String(client.getData("/cluster/id", false, null), StandardCharsets.UTF_8);
      Matcher id = ID.matcher(node);
      return id.find() ? Optional.of(id.group(1)) : Optional.empty();
    } catch (KeeperException.NoNodeException absent) {
      return Optional.empty();
    }
  }

  private static Properties load(Path file) throws IOException {
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return properties;
  }
}
