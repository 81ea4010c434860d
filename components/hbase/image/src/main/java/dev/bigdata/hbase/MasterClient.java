package dev.bigdata.hbase;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.HBaseConfiguration;
import org.apache.hadoop.hbase.client.AsyncAdmin;
import org.apache.hadoop.hbase.client.AsyncConnection;
import org.apache.hadoop.hbase.client.ConnectionFactory;
import org.apache.hadoop.hbase.util.FutureUtils;

/** What a region server asks the master; each question ends, where HBase's own patience is 20 minutes. */
final class MasterClient implements AutoCloseable {
  private static final int PATIENCE_MILLISECONDS = 20_000;

  private final AsyncConnection connection;

  MasterClient(Configuration settings) throws IOException {
    var impatient = HBaseConfiguration.create(settings);
    impatient.setInt("hbase.client.operation.timeout", PATIENCE_MILLISECONDS);
    impatient.setInt("hbase.rpc.timeout", PATIENCE_MILLISECONDS);
    connection = FutureUtils.get(ConnectionFactory.createAsyncConnection(impatient));
  }

  AsyncAdmin admin() {
    return connection.getAdmin();
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
