"""The application that the check submits: writes the records of a topic as a table in Parquet.

Arguments: the address of Kafka, the topic, and the table.
"""

import sys

from pyspark.sql import SparkSession

bootstrap, topic, table = sys.argv[1:]
spark = SparkSession.builder.getOrCreate()
records = (
    spark.read.format("kafka")
    .option("kafka.bootstrap.servers", bootstrap)
    .option("subscribe", topic)
    .option("startingOffsets", "earliest")
    .option("endingOffsets", "latest")
    .load()
)
fields = records.selectExpr("split(CAST(value AS STRING), ',') AS field")
rows = fields.selectExpr("field[0] AS nonce", "CAST(field[1] AS INT) AS index", "CAST(field[2] AS BIGINT) AS value")
rows.write.mode("errorifexists").format("parquet").saveAsTable(table)
spark.stop()
