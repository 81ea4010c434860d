package dev.bigdata.hbase;

import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
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
import org.apache.hadoop.hbase.client.ResultScanner;
import org.apache.hadoop.hbase.client.Scan;
import org.apache.hadoop.hbase.client.Table;
import org.apache.hadoop.hbase.client.TableDescriptorBuilder;
import org.apache.hadoop.hbase.util.Bytes;

/** A table of one column that a check makes, fills, flushes, scans and drops. */
final class CheckTable implements AutoCloseable {
  private static final byte[] FAMILY = Bytes.toBytes("check");
  private static final byte[] COLUMN = Bytes.toBytes("value");

  private static final int LONGEST_MILLISECONDS = 1_200_000;

  /** More than fit into that time. */
  private static final int RETRIES = 1_000;

  /** What a client gives up after, of {@code hbase.client}. */
  private static final List<String> LIMITS =
      List.of("operation.timeout", "meta.operation.timeout", "sync.wait.timeout.msec", "scanner.timeout.period");

  private final TableName name;
  private final int regions;
  private final Connection connection;
  private final Admin admin;

  CheckTable(Configuration settings, String name, int regions) throws IOException {
    this.name = TableName.valueOf(name);
    this.regions = regions;
    this.connection = ConnectionFactory.createConnection(patient(settings));
    this.admin = connection.getAdmin();
  }

  /**
   * The settings of a client that goes on asking while a server restarts, or a region is on its way, until it has waited for so long:
   * whoever runs the check sees whether something advances, and ends it before if not. A machine may be slow.
   */
  private static Configuration patient(Configuration settings) {
    Configuration patient = HBaseConfiguration.create(settings);
    for (String limit : LIMITS) {
      patient.setInt("hbase.client." + limit, LONGEST_MILLISECONDS);
    }
    patient.setInt("hbase.client.retries.number", RETRIES);
    return patient;
  }

  Collection<ServerName> liveServers() throws IOException {
    return admin.getRegionServers();
  }

  boolean exists() throws IOException {
    return exists(name.getNameAsString());
  }

  boolean exists(String table) throws IOException {
    return admin.tableExists(TableName.valueOf(table));
  }

  void create() throws IOException {
    byte[][] borders =
        IntStream.range(1, regions).mapToObj(region -> Bytes.toBytes(prefix(region))).toArray(byte[][]::new);
    admin.createTable(
        TableDescriptorBuilder.newBuilder(name).setColumnFamily(ColumnFamilyDescriptorBuilder.of(FAMILY)).build(), borders);
    System.out.println("created " + name + " with " + regions + " regions");
  }

  /** Undoes a {@link #drop} that was interrupted. */
  void enable() throws IOException {
    if (admin.isTableDisabled(name)) {
      admin.enableTable(name);
    }
  }

  /** How the key of a row must begin, so that the rows are spread over the regions. */
  String prefixOfRow(int row) {
    return prefix(row % regions);
  }

  private static String prefix(int region) {
    return "%03d ".formatted(region);
  }

  /** The servers that serve its regions, which are moved until each has a server of its own, if there are as many. */
  Set<ServerName> spread() throws IOException, InterruptedException {
    var notYet = new NotYet();
    while (true) {
      Set<ServerName> serving = new HashSet<>();
      List<HRegionLocation> crowded =
          locations().stream().filter(region -> !serving.add(region.getServerName())).toList();
      List<ServerName> free =
          admin.getRegionServers(true).stream().filter(server -> !serving.contains(server)).toList();
      if (crowded.isEmpty() || free.isEmpty()) {
        return serving;
      }
      admin.move(crowded.get(0).getRegion().getEncodedNameAsBytes(), free.get(0));
      notYet.pause("a region is to be moved to each server, and there are servers without one: " + free);
    }
  }

  private List<HRegionLocation> locations() throws IOException {
    try (var locator = connection.getRegionLocator(name)) {
      return locator.getAllRegionLocations();
    }
  }

  static Put put(String key, byte[] value) {
    return new Put(Bytes.toBytes(key)).addColumn(FAMILY, COLUMN, value);
  }

  void write(List<Put> puts) throws IOException {
    try (Table table = connection.getTable(name)) {
      table.put(puts);
    }
    System.out.println("wrote " + puts.size() + " rows");
  }

  /** Writes its memory to HDFS; returns the number of files that it has then: at least one of each region. */
  int flush() throws IOException, InterruptedException {
    admin.flush(name);
    var notYet = new NotYet();
    int files = files();
    while (files < regions) {
      notYet.pause("expected files of each of the " + regions + " regions after the flush, found " + files);
      files = files();
    }
    System.out.println("flushed to " + files + " files");
    return files;
  }

  private int files() throws IOException {
    int files = 0;
    for (ServerName server : locations().stream().map(HRegionLocation::getServerName).collect(Collectors.toSet())) {
      files += admin.getRegionMetrics(server, name).stream().mapToInt(RegionMetrics::getStoreFileCount).sum();
    }
    return files;
  }

  void scan(Scan scan, Row row) throws IOException {
    try (Table table = connection.getTable(name);
        ResultScanner results = table.getScanner(scan)) {
      results.forEach(result -> row.accept(Bytes.toString(result.getRow()), result.getValue(FAMILY, COLUMN)));
    }
  }

  void drop() throws IOException {
    if (admin.isTableEnabled(name)) {
      admin.disableTable(name);
    }
    admin.deleteTable(name);
    if (exists()) {
      throw new CheckFailure("the dropped table is still there: " + name);
    }
  }

  @Override
  public void close() throws IOException {
    admin.close();
    connection.close();
  }

  /** What is done with each row that a scan finds. */
  interface Row {
    void accept(String key, byte[] value);
  }
}
