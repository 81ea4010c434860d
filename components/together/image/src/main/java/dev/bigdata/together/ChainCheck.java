package dev.bigdata.together;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Proves that the parts of the platform work together. Records that follow from a nonce enter a flow of NiFi, which publishes them
 * in a topic of Kafka; an application submitted through Livy has Spark write what the topic has as Parquet to the object store, in
 * a table of the shared metastore; Presto returns exactly their number and the sum that was computed here, and nothing for another
 * nonce; HBase keeps and returns this summary.
 *
 * <p>Arguments: a properties file with the addresses, and the Spark application. Credentials of the object store:
 * AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. The last line of output is a JSON object of facts; a failure ends with the system
 * in which it happened, its reason and exit code 1. Everything that was made is removed in either case.
 */
public final class ChainCheck {
  private static final String PREFIX = "bigdata-together-";
  private static final String TABLE_PREFIX = "bigdata_together_";
  private static final int RECORDS = 200;
  private final Settings settings;
  private final Path application;
  private final Records records = new Records(UUID.randomUUID().toString(), RECORDS);
  private final String otherNonce = UUID.randomUUID().toString();
  private final String name = PREFIX + records.nonce();
  private final String table = TABLE_PREFIX + records.nonce().replace('-', '_');

  private final Nifi nifi;
  private final Livy livy;
  private final Topics topics;
  private final Presto presto;
  private final ObjectStore store;
  private final Summaries summaries;
  private final Sweep sweep;

  private ChainCheck(Settings settings, Path application) {
    this.settings = settings;
    this.application = application;
    nifi = new Nifi(settings.get("nifi.rest"), PREFIX);
    livy = new Livy(settings.get("livy.address"), PREFIX);
    topics = new Topics(settings.get("kafka.bootstrap"), PREFIX);
    presto =
        new Presto(
            settings.get("presto.address"), settings.get("presto.user"), settings.get("presto.schema"), TABLE_PREFIX);
    store =
        new ObjectStore(
            settings.get("objectStore.endpoint") + "/" + settings.get("objectStore.bucket"),
            List.of(PREFIX, TABLE_PREFIX),
            Settings.environment("AWS_ACCESS_KEY_ID"),
            Settings.environment("AWS_SECRET_ACCESS_KEY"));
    summaries = new Summaries(PREFIX);
    sweep = new Sweep(List.of(nifi, livy, topics, presto, store, summaries));
  }

  public static void main(String[] arguments) {
    try {
      if (arguments.length != 2) {
        throw new CheckFailure("needs two arguments: the settings and the application");
      }
      new ChainCheck(new Settings(Path.of(arguments[0])), Path.of(arguments[1])).run();
      System.exit(0);
    } catch (Exception failure) {
      System.out.println("FAILED: " + Step.reasonOf(failure));
      System.exit(1);
    }
  }

  private void run() throws Exception {
    long started = System.nanoTime();
    sweep.all();
    ObjectNode facts;
    try {
      facts = prove();
      sweep.all();
    } catch (Exception failure) {
      sweep.asFarAsPossible();
      throw failure;
    }
    facts.put("removed", true).put("milliseconds", (System.nanoTime() - started) / 1_000_000);
    System.out.println(facts);
  }

  private ObjectNode prove() throws Exception {
    long passed = passKafka();
    int files = writeParquet();
    Presto.Summary sum = sum();
    Presto.Summary other = Step.in(presto, () -> presto.summary(table, otherNonce));
    if (other.count() != 0 || other.sum() != 0) {
      throw new CheckFailure("Presto: found rows of a nonce that nobody entered: " + other);
    }
    Presto.Summary kept = Step.in(summaries, () -> keep(sum));
    ObjectNode facts = Http.JSON.createObjectNode();
    facts.put("records", RECORDS).put("throughKafka", passed).put("parquetFiles", files);
    facts.put("sum", sum.sum()).put("expected", records.sum()).put("count", sum.count());
    facts.put("sumOfAnotherNonce", other.sum()).put("countOfAnotherNonce", other.count());
    facts.putObject("hbaseRow").put("count", kept.count()).put("sum", kept.sum());
    return facts.put("nonce", records.nonce());
  }

  /** Enters the records into NiFi; returns how many Kafka has once that are all. */
  private long passKafka() throws InterruptedException {
    Step.in(topics, () -> topics.create(name));
    Step.tell(topics, "made the topic " + name + ", all replicas in sync");
    String bootstrap = settings.get("kafka.bootstrap");
    Flow flow = Step.in(nifi, () -> new Flow(nifi, name, settings.get("nifi.ingest"), bootstrap));
    Step.in(nifi, flow::await);
    Step.tell(nifi, "the flow listens");
    Step.in(nifi, () -> flow.enter(records));
    Step.tell(nifi, "took " + RECORDS + " records");
    long taken = Step.in(topics, () -> awaitRecords(flow));
    Step.tell(topics, "took " + taken + " records");
    return taken;
  }

  private long awaitRecords(Flow flow) throws Exception {
    var notYet = new NotYet();
    long taken = topics.taken(name);
    while (taken < RECORDS) {
      Step.in(nifi, flow::requireNoneRefused);
      notYet.pause("took only %d of the %d records that NiFi has%s".formatted(taken, RECORDS, flow.complaint()));
      taken = topics.taken(name);
    }
    if (taken > RECORDS) {
      throw new CheckFailure("took %d records instead of the %d that NiFi has".formatted(taken, RECORDS));
    }
    return taken;
  }

  /** Has Spark write the table; returns how many files that makes in the object store. */
  private int writeParquet() throws InterruptedException {
    String key = name + ".py";
    Step.in(store, () -> store.put(key, application));
    Step.tell(store, "has the application " + key);
    String file = "s3a://" + settings.get("objectStore.bucket") + "/" + key;
    Step.in(livy, () -> livy.run(name, file, settings.get("kafka.bootstrap"), name, table));
    Step.tell(livy, "Spark wrote the table " + table);
    List<String> keys = Step.in(store, () -> store.keys(table + "/"));
    int files = (int) keys.stream().filter(each -> each.endsWith(".parquet")).count();
    if (files == 0) {
      throw new CheckFailure("Object store: Spark wrote the table, but there are no Parquet files, only " + keys);
    }
    Step.tell(store, "has " + files + " Parquet files");
    return files;
  }

  private Presto.Summary sum() throws InterruptedException {
    Presto.Summary sum = Step.in(presto, () -> presto.summary(table, records.nonce()));
    if (!sum.equals(new Presto.Summary(RECORDS, records.sum()))) {
      throw new CheckFailure(
          "Presto: entered %d records with the sum %d, found %s".formatted(RECORDS, records.sum(), sum));
    }
    Step.tell(presto, "the sum of the " + sum.count() + " records is " + sum.sum() + ", as computed");
    return sum;
  }

  /** Keeps the summary in HBase; returns what HBase gives back. */
  private Presto.Summary keep(Presto.Summary summary) throws Exception {
    summaries.create(name);
    summaries.keep(name, records.nonce(), summary);
    Optional<Presto.Summary> kept = summaries.kept(name, records.nonce());
    Optional<Presto.Summary> other = summaries.kept(name, otherNonce);
    if (!kept.equals(Optional.of(summary)) || other.isPresent()) {
      throw new CheckFailure("kept %s, got %s back, for another nonce %s".formatted(summary, kept, other));
    }
    Step.tell(summaries, "keeps the summary");
    return kept.get();
  }
}
