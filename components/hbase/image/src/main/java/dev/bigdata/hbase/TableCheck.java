package dev.bigdata.hbase;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.CompareOperator;
import org.apache.hadoop.hbase.HBaseConfiguration;
import org.apache.hadoop.hbase.ServerName;
import org.apache.hadoop.hbase.client.Put;
import org.apache.hadoop.hbase.client.Scan;
import org.apache.hadoop.hbase.filter.RowFilter;
import org.apache.hadoop.hbase.filter.SubstringComparator;
import org.apache.hadoop.hbase.util.Bytes;

/**
 * Proves that tables work: one with a region on each region server takes rows, writes them to HDFS, and gives exactly those of
 * this run's nonce back, of another nonce none.
 *
 * <p>Argument: the number of region servers there should be. The last line of output is a JSON object of facts; a failure ends
 * with its reason and exit code 1. The table is dropped in either case.
 */
public final class TableCheck {
  private static final int ROWS_OF_A_REGION = 100;

  private final Configuration settings;
  private final int servers;
  private final String nonce = UUID.randomUUID().toString();

  TableCheck(Configuration settings, int servers) {
    this.settings = settings;
    this.servers = servers;
  }

  public static void main(String[] arguments) {
    CheckProgram.run(
        () -> {
          if (arguments.length != 1) {
            throw new CheckFailure("needs one argument, the number of region servers");
          }
          new TableCheck(HBaseConfiguration.create(), Integer.parseInt(arguments[0])).run();
        });
  }

  void run() throws Exception {
    long started = System.nanoTime();
    try (var table = new CheckTable(settings, "bigdata-check-" + nonce, servers)) {
      int live = requireServers(table.liveServers());
      int rows = servers * ROWS_OF_A_REGION;
      Sum read;
      int storeFiles;
      table.create();
      try {
        requireSpread(table);
        write(table, rows);
        storeFiles = requireFiles(table.flush());
        read = requireRows(table, rows);
      } finally {
        table.drop();
      }
      System.out.printf(
          "{\"regionServers\":%d,\"regions\":%d,\"storeFiles\":%d,\"written\":%d,\"read\":%d,\"sum\":%d,"
              + "\"readOfAnotherNonce\":0,\"nonce\":\"%s\",\"milliseconds\":%d}%n",
          live, servers, storeFiles, rows, read.rows, read.total, nonce, (System.nanoTime() - started) / 1_000_000);
    }
  }

  private int requireServers(Collection<ServerName> live) {
    System.out.println(
        "the master counts on " + live.size() + " region servers: "
            + live.stream().map(ServerName::getHostname).sorted().collect(Collectors.joining(", ")));
    if (live.size() < servers) {
      throw new CheckFailure("expected " + servers + " live region servers, found " + live.size());
    }
    return live.size();
  }

  private void requireSpread(CheckTable table) throws Exception {
    Set<ServerName> serving = table.spread();
    if (serving.size() != servers) {
      throw new CheckFailure("expected the regions on " + servers + " region servers, found them on " + serving);
    }
  }

  private void write(CheckTable table, int rows) throws IOException {
    List<Put> puts = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      puts.add(CheckTable.put(table.prefixOfRow(row) + nonce + " " + row, Bytes.toBytes((long) row)));
    }
    table.write(puts);
  }

  private int requireFiles(int files) {
    if (files != servers) {
      throw new CheckFailure("expected one file of each of the " + servers + " regions after the flush, found " + files);
    }
    return files;
  }

  private Sum requireRows(CheckTable table, int rows) throws IOException {
    Sum all = sum(table, new Scan());
    Sum own = sum(table, rowsOf(nonce));
    Sum other = sum(table, rowsOf(UUID.randomUUID().toString()));
    long expected = (long) rows * (rows - 1) / 2;
    if (all.rows != rows || own.rows != rows || own.total != expected || other.rows != 0) {
      throw new CheckFailure(
          "wrote %d rows with the sum %d, read %d: %d of this run with the sum %d, %d of another nonce"
              .formatted(rows, expected, all.rows, own.rows, own.total, other.rows));
    }
    return own;
  }

  private static Scan rowsOf(String nonce) {
    return new Scan().setFilter(new RowFilter(CompareOperator.EQUAL, new SubstringComparator(nonce)));
  }

  private static Sum sum(CheckTable table, Scan scan) throws IOException {
    Sum sum = new Sum();
    table.scan(
        scan,
        (key, value) -> {
          sum.rows += 1;
          sum.total += Bytes.toLong(value);
        });
    return sum;
  }

  /** Rows and the sum of their numbers. */
  private static final class Sum {
    private long rows;
    private long total;
  }
}
