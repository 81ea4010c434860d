package dev.bigdata.metastore;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Tables that prove that data survived: written before something happens to the metastore, read after it.
 *
 * <p>They are the tables {@code bigdata_sentinel_N} of the database {@code bigdata_sentinel}; each carries the SHA-256 of its name.
 * The metastore answers once its own database has committed.
 *
 * <p>Arguments: {@code write}, {@code read} or {@code remove}, and the metastore's address, {@code thrift://host:port}. The last line
 * of output is a JSON object of facts; a failure ends with its reason and exit code 1.
 */
public final class Sentinel {
  private static final String DATABASE = "bigdata_sentinel";
  private static final String NEVER_WRITTEN = DATABASE + "_never_written";
  private static final int TABLES = 3;

  /** Marks by the names of tables. */
  private final SortedMap<String, String> records = new TreeMap<>();

  private final Catalog catalog;

  private Sentinel(Catalog catalog) {
    this.catalog = catalog;
    for (int index = 0; index < TABLES; index++) {
      String name = DATABASE + "_" + index;
      records.put(name, sha256(name));
    }
  }

  public static void main(String[] arguments) {
    CheckProgram.run(
        () -> {
          if (arguments.length != 2) {
            throw new CheckFailure("needs two arguments: write, read or remove, and the metastore's address");
          }
          try (var catalog = new Catalog(arguments[1])) {
            new Sentinel(catalog).run(arguments[0]);
          }
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
    if (!catalog.hasDatabase(DATABASE)) {
      catalog.createDatabase(DATABASE);
    }
    int writtenNow = 0;
    List<String> there = catalog.tables(DATABASE, "*");
    for (Map.Entry<String, String> record : records.entrySet()) {
      if (!there.contains(record.getKey())) {
        catalog.createTable(DATABASE, record.getKey(), record.getValue());
        writtenNow += 1;
      }
    }
    requireAll();
    System.out.printf("{\"records\":%d,\"writtenNow\":%d,\"sha256\":\"%s\"}%n", TABLES, writtenNow, digest());
  }

  private void read() throws Exception {
    requireAll();
    catalog.expectNoTable(DATABASE, NEVER_WRITTEN);
    System.out.printf(
        "{\"records\":%d,\"unchanged\":%d,\"neverWrittenFound\":false,\"sha256\":\"%s\"}%n", TABLES, TABLES, digest());
  }

  private void remove() throws Exception {
    boolean wasThere = catalog.hasDatabase(DATABASE);
    if (wasThere) {
      catalog.dropDatabase(DATABASE);
    }
    if (catalog.hasDatabase(DATABASE)) {
      throw new CheckFailure("the dropped database is still there: " + DATABASE);
    }
    System.out.printf("{\"wasThere\":%b,\"left\":0}%n", wasThere);
  }

  /** Every table with its mark, and no other table. */
  private void requireAll() throws Exception {
    if (!catalog.hasDatabase(DATABASE)) {
      throw new CheckFailure("there is no database " + DATABASE);
    }
    TreeSet<String> found = new TreeSet<>(catalog.tables(DATABASE, "*"));
    if (!found.equals(records.keySet())) {
      throw new CheckFailure("expected the tables " + records.keySet() + ", found " + found);
    }
    for (Map.Entry<String, String> record : records.entrySet()) {
      String location = catalog.locationOfMarked(DATABASE, record.getKey(), record.getValue());
      System.out.println(record.getKey() + " lies in " + location);
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
