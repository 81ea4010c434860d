package dev.bigdata.hbase;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.hbase.HBaseConfiguration;
import org.apache.hadoop.hbase.client.Put;
import org.apache.hadoop.hbase.client.Scan;
import org.apache.hadoop.hbase.util.Bytes;

/**
 * Rows that prove that data survived: written before something happens to the servers, read after it.
 *
 * <p>They lie in the table {@code bigdata-sentinel} of three regions, flushed to HDFS; each has a name, {@code bigdata-sentinel-N}
 * after the prefix of its region, and holds the SHA-256 of that name.
 *
 * <p>Argument: {@code write}, {@code read} or {@code remove}. The last line of output is a JSON object of facts; a failure ends with
 * its reason and exit code 1.
 */
public final class Sentinel {
  private static final String NAME = "bigdata-sentinel";
  private static final String NEVER_WRITTEN = NAME + "-never-written";
  private static final int REGIONS = 3;
  private static final int ROWS = 30;

  private final SortedMap<String, String> records = new TreeMap<>();
  private final CheckTable table;

  private Sentinel(CheckTable table) {
    this.table = table;
    for (int row = 0; row < ROWS; row++) {
      String name = NAME + "-" + row;
      records.put(table.prefixOfRow(row) + name, sha256(name));
    }
  }

  public static void main(String[] arguments) {
    CheckProgram.run(
        () -> {
          if (arguments.length != 1) {
            throw new CheckFailure("needs one argument: write, read or remove");
          }
          try (var table = new CheckTable(HBaseConfiguration.create(), NAME, REGIONS)) {
            new Sentinel(table).run(arguments[0]);
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
    if (table.exists()) {
      table.enable();
    } else {
      table.create();
    }
    SortedMap<String, String> found = rows();
    List<Put> missing =
        records.entrySet().stream()
            .filter(record -> !found.containsKey(record.getKey()))
            .map(record -> CheckTable.put(record.getKey(), Bytes.toBytes(record.getValue())))
            .toList();
    table.write(missing);
    int storeFiles = table.flush();
    if (storeFiles < REGIONS) {
      throw new CheckFailure("expected files of each of the " + REGIONS + " regions after the flush, found " + storeFiles);
    }
    requireAll();
    System.out.printf(
        "{\"records\":%d,\"writtenNow\":%d,\"storeFiles\":%d,\"sha256\":\"%s\"}%n", ROWS, missing.size(), storeFiles, digest());
  }

  private void read() throws IOException {
    if (!table.exists()) {
      throw new CheckFailure("there is no table " + NAME);
    }
    requireAll();
    if (table.exists(NEVER_WRITTEN)) {
      throw new CheckFailure("there is a table that nobody made: " + NEVER_WRITTEN);
    }
    System.out.printf(
        "{\"records\":%d,\"unchanged\":%d,\"neverWrittenFound\":false,\"sha256\":\"%s\"}%n", ROWS, ROWS, digest());
  }

  private void remove() throws IOException {
    boolean wasThere = table.exists();
    if (wasThere) {
      table.drop();
    }
    System.out.printf("{\"wasThere\":%b,\"left\":0}%n", wasThere);
  }

  /** Every row with its content, and no other row. */
  private void requireAll() throws IOException {
    SortedMap<String, String> found = rows();
    if (!found.equals(records)) {
      int rows = found.size();
      found.entrySet().removeIf(row -> row.getValue().equals(records.get(row.getKey())));
      throw new CheckFailure(
          "the table %s has %d rows instead of %d; changed or strange: %s".formatted(NAME, rows, ROWS, found.keySet()));
    }
    System.out.println("the table has all " + ROWS + " rows");
  }

  private SortedMap<String, String> rows() throws IOException {
    SortedMap<String, String> rows = new TreeMap<>();
    table.scan(new Scan(), (key, value) -> rows.put(key, Bytes.toString(value)));
    return rows;
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
