package dev.bigdata.hbase;

import java.io.IOException;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.HBaseConfiguration;
import org.apache.hadoop.hbase.client.AsyncAdmin;
import org.apache.hadoop.hbase.client.AsyncConnection;
import org.apache.hadoop.hbase.client.ConnectionFactory;
import org.apache.hadoop.hbase.util.FutureUtils;

/** What a region server asks the master; each question ends, where HBase's own patience is 20 minutes. */
final class MasterClient implements AutoCloseable {
  private final AsyncConnection connection;

  MasterClient(Configuration settings, Duration patience) throws IOException {
    var impatient = HBaseConfiguration.create(settings);
    for (String limit : new String[] {"client.operation", "client.meta.operation", "rpc"}) {
      impatient.setInt("hbase." + limit + ".timeout", (int) patience.toMillis());
    }
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
