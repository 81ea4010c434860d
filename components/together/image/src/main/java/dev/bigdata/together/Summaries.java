package dev.bigdata.together;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.HBaseConfiguration;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Admin;
import org.apache.hadoop.hbase.client.ColumnFamilyDescriptorBuilder;
import org.apache.hadoop.hbase.client.Connection;
import org.apache.hadoop.hbase.client.ConnectionFactory;
import org.apache.hadoop.hbase.client.Get;
import org.apache.hadoop.hbase.client.Put;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.client.Table;
import org.apache.hadoop.hbase.client.TableDescriptorBuilder;
import org.apache.hadoop.hbase.util.Bytes;

/** HBase tables with one row a nonce: the summary that Presto returned. */
final class Summaries implements Part {
  private static final byte[] FAMILY = Bytes.toBytes("summary");
  private static final byte[] COUNT = Bytes.toBytes("count");
  private static final byte[] SUM = Bytes.toBytes("sum");
  private static final int OPERATION_MILLISECONDS = 40_000;
  private static final int CALL_MILLISECONDS = 15_000;

  private final String prefix;
  private Connection connection;

  /**
   * @param prefix of the names of this check's tables
   */
  Summaries(String prefix) {
    this.prefix = prefix;
  }

  @Override
  public String title() {
    return "HBase";
  }

  @Override
  public List<String> remains() throws IOException {
    try (Admin admin = connection().getAdmin()) {
      return Stream.of(admin.listTableNames(Pattern.compile(Pattern.quote(prefix) + ".*")))
          .map(TableName::getNameAsString)
          .toList();
    }
  }

  @Override
  public void remove(String name) throws IOException {
    TableName table = TableName.valueOf(name);
    try (Admin admin = connection().getAdmin()) {
      if (!admin.isTableDisabled(table)) {
        admin.disableTable(table);
      }
      admin.deleteTable(table);
    }
  }

  /** Makes a table. */
  void create(String name) throws IOException {
    try (Admin admin = connection().getAdmin()) {
      admin.createTable(
          TableDescriptorBuilder.newBuilder(TableName.valueOf(name))
              .setColumnFamily(ColumnFamilyDescriptorBuilder.of(FAMILY))
              .build());
    }
  }

  /** Keeps a summary under a nonce. */
  void keep(String name, String nonce, Presto.Summary summary) throws IOException {
    try (Table table = connection().getTable(TableName.valueOf(name))) {
      table.put(
          new Put(Bytes.toBytes(nonce))
              .addColumn(FAMILY, COUNT, Bytes.toBytes(summary.count()))
              .addColumn(FAMILY, SUM, Bytes.toBytes(summary.sum())));
    }
  }

  /** The summary that is kept under a nonce. */
  Optional<Presto.Summary> kept(String name, String nonce) throws IOException {
    try (Table table = connection().getTable(TableName.valueOf(name))) {
      Result row = table.get(new Get(Bytes.toBytes(nonce)));
      return row.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Presto.Summary(Bytes.toLong(row.getValue(FAMILY, COUNT)), Bytes.toLong(row.getValue(FAMILY, SUM))));
    }
  }

  /** Made when it is first needed, with an end to each attempt: by default a client goes on for 20 minutes. */
  private synchronized Connection connection() throws IOException {
    if (connection == null) {
      Configuration settings = HBaseConfiguration.create();
      settings.setInt("hbase.client.operation.timeout", OPERATION_MILLISECONDS);
      settings.setInt("hbase.client.meta.operation.timeout", OPERATION_MILLISECONDS);
      settings.setInt("hbase.client.sync.wait.timeout.msec", OPERATION_MILLISECONDS);
      settings.setInt("hbase.rpc.timeout", CALL_MILLISECONDS);
      connection = ConnectionFactory.createConnection(settings);
    }
    return connection;
  }
}
