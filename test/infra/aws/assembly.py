"""A cloud assembly in an AWS emulator: what the CDK's command made is uploaded and created, each stack in its account and region."""
import io
import json
import os
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ACCOUNT, REGION = "123456789012", "eu-west-1"

# Its CloudFormation ignores the document of an API, and refuses to deploy an API without one. Its API Gateway
# checks the document and makes its paths, so that comes after the stack.
LATER = {"AWS::ApiGateway::Deployment", "AWS::ApiGateway::Stage", "AWS::WAFv2::WebACLAssociation"}


class Assembly:
    def __init__(self, endpoint, folder):
        self.endpoint, self.folder = endpoint, folder
        with open(f"{folder}/manifest.json") as file:
            artifacts = json.load(file)["artifacts"]
        self.places = {
            name: one["environment"].removeprefix("aws://").split("/")
            for name, one in artifacts.items()
            if one["type"] == "aws:cloudformation:stack"
        }

    def client(self, service, name):
        """Of the account and region of a stack; one of none is in those above."""
        account, region = self.places[name]
        region = REGION if region.startswith("unknown") else region
        keys = dict(aws_access_key_id="a", aws_secret_access_key="b")
        if account not in (ACCOUNT, "unknown-account"):
            sts = boto3.client("sts", endpoint_url=self.endpoint, region_name=region, **keys)
            got = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/operator", RoleSessionName="operator")
            key, secret, token = (got["Credentials"][one] for one in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
            keys = dict(aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token)
        # A creation that is asked for twice is refused.
        config = Config(read_timeout=600, retries={"max_attempts": 0})
        return boto3.client(service, endpoint_url=self.endpoint, region_name=region, config=config, **keys)

    def bootstrap(self, name):
        """What `cdk bootstrap` leaves in an account. Returns the bucket of assets."""
        ssm, s3 = self.client("ssm", name), self.client("s3", name)
        ssm.put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="28", Type="String", Overwrite=True)
        account, region = self.places[name]
        account = ACCOUNT if account.startswith("unknown") else account
        bucket = f"cdk-hnb659fds-assets-{account}-{s3.meta.region_name}"
        place = {"LocationConstraint": s3.meta.region_name}
        more = {} if s3.meta.region_name == "us-east-1" else {"CreateBucketConfiguration": place}
        try:
            s3.create_bucket(Bucket=bucket, **more)
        except ClientError as error:
            if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":
                raise
        return bucket

    def upload(self, name):
        s3, bucket = self.client("s3", name), self.bootstrap(name)
        with open(f"{self.folder}/{name}.assets.json") as file:
            assets = json.load(file)["files"]
        for asset in assets.values():
            path = f"{self.folder}/{asset['source']['path']}"
            if asset["source"]["packaging"] == "zip":
                packed = io.BytesIO()
                with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                    for member in sorted(os.listdir(path)):
                        archive.write(f"{path}/{member}", member)
                body = packed.getvalue()
            else:
                with open(path, "rb") as file:
                    body = file.read()
            for destination in asset["destinations"].values():
                s3.put_object(Bucket=bucket, Key=destination["objectKey"], Body=body)
        return bucket

    def create(self, name):
        """Uploads the assets of a stack and creates it. Returns its template, and logical to physical ids."""
        self.upload(name)
        with open(f"{self.folder}/{name}.template.json") as file:
            template = json.load(file)
        # It has no aliases of functions; what names one is given the function.
        aliases = {
            id: one["Properties"]["FunctionName"]["Ref"]
            for id, one in template["Resources"].items()
            if one["Type"] == "AWS::Lambda::Alias"
        }
        all = of_functions(template["Resources"], aliases)
        later = {id for id, resource in all.items() if resource["Type"] in LATER}
        told = lambda part: any(f'"{id}"' in json.dumps(part) for id in later)
        earlier = {
            **template,
            "Resources": {id: resource for id, resource in all.items() if id not in later},
            "Outputs": {id: output for id, output in template.get("Outputs", {}).items() if not told(output)},
        }
        stacks = self.client("cloudformation", name)
        stacks.create_stack(StackName=name, TemplateBody=json.dumps(earlier), Capabilities=["CAPABILITY_IAM"])
        pages = stacks.get_paginator("list_stack_resources").paginate(StackName=name)
        return template["Resources"], {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for page in pages
            for resource in page["StackResourceSummaries"]
            if resource.get("PhysicalResourceId")
        }

    def status(self, name):
        return self.client("cloudformation", name).describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]


def of_functions(value, aliases):
    if isinstance(value, list):
        return [of_functions(one, aliases) for one in value]
    if not isinstance(value, dict):
        return value
    if value.get("Ref") in aliases:
        return {"Fn::GetAtt": [aliases[value["Ref"]], "Arn"]}
    return {member: of_functions(one, aliases) for member, one in value.items()}
