package dev.bigdata.presto;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Proves that queries run on tables in the object store: as many workers as there should be, or more, are active; a table made
 * there through the metastore returns the sum that this check computed of what it inserted, and nothing for another nonce.
 *
 * <p>Arguments: the coordinator's address, the number of workers, the name of the catalog and the place for tables. The last line of
 * output is a JSON object of facts; a failure ends with its reason and exit code 1, and a cluster that others keep busy with exit
 * code 75. Table and schema are removed in either case.
 */
public final class TablesCheck {
  private static final String PREFIX = "bigdata_check_";
  private static final int ROWS = 200;
  private static final int NO_ROOM = 75;

  private final Presto presto;
  private final int workers;
  private final String catalog;
  private final String place;
  private final String nonce = UUID.randomUUID().toString();
  private final String schema = PREFIX + nonce.replace('-', '_');

  private TablesCheck(String address, int workers, String catalog, String place) {
    this.presto = new Presto(address);
    this.workers = workers;
    this.catalog = catalog;
    this.place = place.endsWith("/") ? place : place + "/";
  }

  public static void main(String[] arguments) {
    try {
      if (arguments.length != 4) {
        throw new CheckFailure("needs four arguments: address, number of workers, catalog, place");
      }
      new TablesCheck(arguments[0], Integer.parseInt(arguments[1]), arguments[2], arguments[3]).run();
    } catch (NoRoom reason) {
      System.out.println(reason.getMessage());
      System.exit(NO_ROOM);
    } catch (Exception failure) {
      String kind = failure instanceof CheckFailure ? "" : failure.getClass().getSimpleName() + ": ";
      System.out.println("FAILED: " + kind + failure.getMessage());
      System.exit(1);
    }
  }

  private void run() throws Exception {
    long started = System.nanoTime();
    awaitWorkers();
    for (String left : presto.column("SHOW SCHEMAS FROM %s LIKE '%s%%'".formatted(catalog, PREFIX))) {
      System.out.println("removing what an interrupted check left: " + left);
      remove(left);
    }
    long[] numbers = RandomGenerator.getDefault().longs(ROWS, 0, 1_000_000_000).toArray();
    long expected = LongStream.of(numbers).sum();
    String file;
    try {
      fill(numbers);
      file = verify(expected);
    } catch (Exception failure) {
      removeAfter(failure);
      throw failure;
    }
    remove(schema);
    if (!presto.column("SHOW SCHEMAS FROM %s LIKE '%s'".formatted(catalog, schema)).isEmpty()) {
      throw new CheckFailure("the dropped schema " + schema + " is still listed");
    }
    System.out.printf(
        "{\"workers\":%d,\"rows\":%d,\"sum\":%d,\"expectedSum\":%d,\"otherNonceRows\":0,\"file\":\"%s\",\"removed\":true,"
            + "\"nonce\":\"%s\",\"milliseconds\":%d}%n",
        workers, ROWS, expected, expected, file, nonce, (System.nanoTime() - started) / 1_000_000);
  }

  private void awaitWorkers() throws IOException, InterruptedException {
    var notYet = new NotYet();
    int active = presto.activeWorkers();
    while (active < workers) {
      notYet.pause(
          "expected %d active workers, found %d; %d announce themselves; failing: %s"
              .formatted(workers, active, presto.announcedWorkers(), presto.failedWorkers()));
      active = presto.activeWorkers();
    }
    System.out.println("active workers: " + active);
  }

  private void fill(long[] numbers) throws IOException, InterruptedException {
    presto.run("CREATE SCHEMA %s.%s WITH (location = '%s%s')".formatted(catalog, schema, place, schema));
    String rows =
        LongStream.of(numbers).mapToObj(number -> "('" + nonce + "', " + number + ")").collect(Collectors.joining(", "));
    presto.run(
        "CREATE TABLE %s WITH (format = 'PARQUET') AS SELECT nonce, number FROM (VALUES %s) AS t (nonce, number)"
            .formatted(table(), rows));
    System.out.println("made the table " + table() + " with " + numbers.length + " rows");
  }

  /** Compares what the table returns, and says in which file it lies. */
  private String verify(long expected) throws IOException, InterruptedException {
    JsonNode found = summary(nonce);
    if (found.path(0).asLong() != ROWS || found.path(1).asLong() != expected) {
      throw new CheckFailure("inserted %d rows with the sum %d, found %s".formatted(ROWS, expected, found));
    }
    JsonNode other = summary(UUID.randomUUID().toString());
    if (other.path(0).asLong() != 0 || !other.path(1).isNull()) {
      throw new CheckFailure("found rows of a nonce that nobody inserted: " + other);
    }
    List<String> files = presto.column("SELECT DISTINCT \"$path\" FROM " + table());
    if (files.isEmpty() || !files.stream().allMatch(file -> file.startsWith(place + schema + "/"))) {
      throw new CheckFailure("the table does not lie below " + place + schema + " but in " + files);
    }
    System.out.println("the sum is " + expected + ", as computed; another nonce has no rows");
    return files.get(0);
  }

  private JsonNode summary(String ofNonce) throws IOException, InterruptedException {
    return presto.run("SELECT count(*), sum(number) FROM %s WHERE nonce = '%s'".formatted(table(), ofNonce)).get(0);
  }

  private String table() {
    return catalog + "." + schema + ".numbers";
  }

  private void removeAfter(Exception failure) {
    try {
      remove(schema);
    } catch (Exception second) {
      failure.addSuppressed(second);
      System.out.println("the schema " + schema + " could not be removed: " + second.getMessage());
    }
  }

  private void remove(String name) throws IOException, InterruptedException {
    presto.run("DROP TABLE IF EXISTS %s.%s.numbers".formatted(catalog, name));
    presto.run("DROP SCHEMA IF EXISTS %s.%s".formatted(catalog, name));
  }
}
