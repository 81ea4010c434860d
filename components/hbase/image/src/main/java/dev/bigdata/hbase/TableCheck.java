package dev.bigdata.hbase;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.CompareOperator;
import org.apache.hadoop.hbase.HBaseConfiguration;
import org.apache.hadoop.hbase.HRegionLocation;
import org.apache.hadoop.hbase.RegionMetrics;
import org.apache.hadoop.hbase.ServerName;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Admin;
import org.apache.hadoop.hbase.client.ColumnFamilyDescriptorBuilder;
import org.apache.hadoop.hbase.client.Connection;
import org.apache.hadoop.hbase.client.ConnectionFactory;
import org.apache.hadoop.hbase.client.Put;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.client.ResultScanner;
import org.apache.hadoop.hbase.client.Scan;
import org.apache.hadoop.hbase.client.Table;
import org.apache.hadoop.hbase.client.TableDescriptorBuilder;
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
  private static final byte[] FAMILY = Bytes.toBytes("check");
  private static final byte[] NUMBER = Bytes.toBytes("number");

  private final Configuration settings;
  private final int servers;
  private final String nonce = UUID.randomUUID().toString();
  private final TableName name = TableName.valueOf("bigdata-check-" + nonce);

  TableCheck(Configuration settings, int servers) {
    this.settings = settings;
    this.servers = servers;
  }

  public static void main(String[] arguments) {
    try {
      if (arguments.length != 1) {
        throw new CheckFailure("needs one argument, the number of region servers");
      }
      new TableCheck(HBaseConfiguration.create(), Integer.parseInt(arguments[0])).run();
      System.exit(0);
    } catch (Exception failure) {
      String kind = failure instanceof CheckFailure ? "" : failure.getClass().getSimpleName() + ": ";
      System.out.println("FAILED: " + kind + failure.getMessage());
      System.exit(1);
    }
  }

  void run() throws Exception {
    long started = System.nanoTime();
    try (Connection connection = ConnectionFactory.createConnection(impatient());
        Admin admin = connection.getAdmin()) {
      int live = liveServers(admin);
      int rows = servers * ROWS_OF_A_REGION;
      Sum read;
      int storeFiles;
      create(admin);
      try (Table table = connection.getTable(name)) {
        Set<ServerName> serving = requireSpread(connection);
        write(table, rows);
        storeFiles = flush(admin, serving);
        read = requireRows(table, rows);
      } finally {
        drop(admin);
      }
      System.out.printf(
          "{\"regionServers\":%d,\"regions\":%d,\"storeFiles\":%d,\"written\":%d,\"read\":%d,\"sum\":%d,"
              + "\"readOfAnotherNonce\":0,\"nonce\":\"%s\",\"milliseconds\":%d}%n",
          live, servers, storeFiles, rows, read.rows, read.total, nonce, (System.nanoTime() - started) / 1_000_000);
    }
  }

  /** The settings with an end to each attempt: by default a client goes on for 20 minutes. */
  private Configuration impatient() {
    Configuration impatient = HBaseConfiguration.create(settings);
    impatient.setInt("hbase.client.operation.timeout", 60_000);
    impatient.setInt("hbase.client.meta.operation.timeout", 60_000);
    impatient.setInt("hbase.client.sync.wait.timeout.msec", 60_000);
    impatient.setInt("hbase.rpc.timeout", 20_000);
    return impatient;
  }

  private int liveServers(Admin admin) throws IOException {
    Collection<ServerName> live = admin.getRegionServers();
    System.out.println(
        "the master counts on " + live.size() + " region servers: "
            + live.stream().map(ServerName::getHostname).sorted().collect(Collectors.joining(", ")));
    if (live.size() < servers) {
      throw new CheckFailure("expected " + servers + " live region servers, found " + live.size());
    }
    return live.size();
  }

  private void create(Admin admin) throws IOException {
    byte[][] borders =
        IntStream.range(1, servers).mapToObj(region -> Bytes.toBytes(prefix(region))).toArray(byte[][]::new);
    admin.createTable(
        TableDescriptorBuilder.newBuilder(name).setColumnFamily(ColumnFamilyDescriptorBuilder.of(FAMILY)).build(), borders);
    System.out.println("created " + name + " with " + servers + " regions");
  }

  /** The servers that serve the table: as many as it has regions. */
  private Set<ServerName> requireSpread(Connection connection) throws IOException {
    try (var locator = connection.getRegionLocator(name)) {
      Set<ServerName> serving =
          locator.getAllRegionLocations().stream().map(HRegionLocation::getServerName).collect(Collectors.toSet());
      if (serving.size() != servers) {
        throw new CheckFailure("expected the regions on " + servers + " region servers, found them on " + serving);
      }
      return serving;
    }
  }

  private void write(Table table, int rows) throws IOException {
    List<Put> puts = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      byte[] key = Bytes.toBytes(prefix(row % servers) + nonce + " " + row);
      puts.add(new Put(key).addColumn(FAMILY, NUMBER, Bytes.toBytes((long) row)));
    }
    table.put(puts);
    System.out.println("wrote " + rows + " rows");
  }

  /** Writes the table's memory to HDFS; returns the number of files that this made, one a region. */
  private int flush(Admin admin, Set<ServerName> serving) throws IOException {
    admin.flush(name);
    int files = 0;
    for (ServerName server : serving) {
      files += admin.getRegionMetrics(server, name).stream().mapToInt(RegionMetrics::getStoreFileCount).sum();
    }
    if (files != servers) {
      throw new CheckFailure("expected one file of each of the " + servers + " regions after the flush, found " + files);
    }
    System.out.println("flushed to " + files + " files");
    return files;
  }

  private Sum requireRows(Table table, int rows) throws IOException {
    Sum all = scan(table, new Scan());
    Sum own = scan(table, rowsOf(nonce));
    Sum other = scan(table, rowsOf(UUID.randomUUID().toString()));
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

  private static Sum scan(Table table, Scan scan) throws IOException {
    Sum sum = new Sum();
    try (ResultScanner results = table.getScanner(scan)) {
      for (Result result : results) {
        sum.rows += 1;
        sum.total += Bytes.toLong(result.getValue(FAMILY, NUMBER));
      }
    }
    return sum;
  }

  private void drop(Admin admin) throws IOException {
    admin.disableTable(name);
    admin.deleteTable(name);
    if (admin.tableExists(name)) {
      throw new CheckFailure("the dropped table is still there: " + name);
    }
  }

  private static String prefix(int region) {
    return "%03d ".formatted(region);
  }

  /** Rows and the sum of their numbers. */
  private static final class Sum {
    private long rows;
    private long total;
  }

  /** What the check found wrong, in words for people. */
  private static final class CheckFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CheckFailure(String message) {
      super(message);
    }
  }
}
