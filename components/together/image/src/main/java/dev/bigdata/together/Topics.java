package dev.bigdata.together;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Kafka's topics of three replicas. */
final class Topics implements Part {
  private static final short REPLICAS = 3;
  private static final int PARTITIONS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Admin admin;
  private final String prefix;

  /**
   * @param bootstrap address of Kafka
   * @param prefix of the names of this check's topics
   */
  Topics(String bootstrap, String prefix) {
    this.admin =
        Admin.create(
            Map.of(
                "bootstrap.servers", bootstrap,
                "client.id", "bigdata-together",
                "request.timeout.ms", "10000",
                "default.api.timeout.ms", Long.toString(PATIENCE.toMillis())));
    this.prefix = prefix;
  }

  @Override
  public String title() {
    return "Kafka";
  }

  @Override
  public List<String> remains() throws ExecutionException, InterruptedException {
    return admin.listTopics().names().get().stream().filter(name -> name.startsWith(prefix)).toList();
  }

  @Override
  public void remove(String name) throws ExecutionException, InterruptedException {
    admin.deleteTopics(List.of(name)).all().get();
    var notYet = new NotYet();
    while (remains().contains(name)) {
      notYet.pause("the deleted topic " + name + " is still listed");
    }
  }

  /** Makes a topic; all replicas are in sync when this returns. */
  void create(String name) throws ExecutionException, InterruptedException {
    admin.createTopics(List.of(new NewTopic(name, PARTITIONS, REPLICAS))).all().get();
    var notYet = new NotYet();
    int inSync = smallestInSync(name);
    while (inSync < REPLICAS) {
      notYet.pause("only %d of %d replicas of the topic are in sync".formatted(inSync, REPLICAS));
      inSync = smallestInSync(name);
    }
  }

  /** How many records a topic has taken. */
  long taken(String name) throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> wanted =
        IntStream.range(0, PARTITIONS)
            .boxed()
            .collect(Collectors.toMap(partition -> new TopicPartition(name, partition), partition -> OffsetSpec.latest()));
    return admin.listOffsets(wanted).all().get().values().stream().mapToLong(ListOffsetsResultInfo::offset).sum();
  }

  /** The number of in-sync replicas of the partition that has the fewest; 0 as long as not every broker knows the topic. */
  private int smallestInSync(String name) throws ExecutionException, InterruptedException {
    try {
      List<TopicPartitionInfo> partitions =
          admin.describeTopics(Set.of(name)).allTopicNames().get().get(name).partitions();
      return partitions.stream().mapToInt(partition -> partition.isr().size()).min().orElse(0);
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof UnknownTopicOrPartitionException) {
        return 0;
      }
      throw failure;
    }
  }
}
