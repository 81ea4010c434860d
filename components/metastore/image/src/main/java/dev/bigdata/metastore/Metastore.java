package dev.bigdata.metastore;

import com.amazonaws.SdkClientException;
import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.services.s3.AmazonS3;
import com.amazonaws.services.s3.AmazonS3ClientBuilder;
import com.amazonaws.services.s3.model.AmazonS3Exception;
import java.net.URI;
import org.apache.hadoop.hive.conf.HiveConf;
import org.apache.hadoop.hive.metastore.HiveMetaStore;

/**
 * Starts the metastore once the bucket of its warehouse exists, which it makes if need be.
 *
 * <p>A metastore without it would start, look healthy, and fail at the first table. This says as its last words what the object
 * store refuses, changes nothing else, and exits with code 1.
 *
 * <p>Arguments: those of {@link HiveMetaStore}. Settings: hive-site.xml in HIVE_CONF_DIR. Credentials of the object store:
 * AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
 */
public final class Metastore {
  private Metastore() {}

  public static void main(String[] arguments) throws Throwable {
    HiveConf settings = new HiveConf();
    URI warehouse = URI.create(settings.getVar(HiveConf.ConfVars.METASTOREWAREHOUSE));
    if ("s3a".equals(warehouse.getScheme())) {
      ensureBucket(settings, warehouse.getHost());
    }
    HiveMetaStore.main(arguments);
  }

  private static void ensureBucket(HiveConf settings, String bucket) {
    String endpoint = settings.getTrimmed("fs.s3a.endpoint");
    AmazonS3 store =
        AmazonS3ClientBuilder.standard()
            .withEndpointConfiguration(
                new EndpointConfiguration(endpoint, settings.getTrimmed("fs.s3a.endpoint.region", "us-east-1")))
            .withPathStyleAccessEnabled(settings.getBoolean("fs.s3a.path.style.access", false))
            .build();
    try {
      if (!store.doesBucketExistV2(bucket)) {
        store.createBucket(bucket);
        System.out.println("made the bucket " + bucket);
      }
    } catch (AmazonS3Exception refusal) {
      if (!"BucketAlreadyOwnedByYou".equals(refusal.getErrorCode())) {
        refuse(endpoint, bucket, refusal.getErrorCode() + ": " + refusal.getErrorMessage());
      }
    } catch (SdkClientException failure) {
      refuse(endpoint, bucket, failure.getMessage());
    } finally {
      store.shutdown();
    }
  }

  private static void refuse(String endpoint, String bucket, String cause) {
    System.err.printf(
        "The object store at %s does not let this metastore have the bucket %s for its tables: %s%n"
            + "Nothing was changed. Compare the endpoint with the object store's Service, and the Secret whose keys become"
            + " AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY with the one that the object store runs with.%n",
        endpoint, bucket, cause);
    System.exit(1);
  }
}
