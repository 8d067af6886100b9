/** Error names of the KMS API, each with its HTTP status. */
const STATUS = {
  AccessDeniedException: 400,
  DisabledException: 400,
  ExpiredTokenException: 400,
  IncorrectKeyException: 400,
  InvalidCiphertextException: 400,
  InvalidKeyUsageException: 400,
  KMSInvalidStateException: 400,
  NotFoundException: 400,
  UnknownOperationException: 400,
  UnsupportedOperationException: 400,
  ValidationException: 400,
  KMSInternalException: 500,
} as const;

/** A refusal of the local KMS. Messages contain neither values nor key material. */
export class KmsError extends Error {
  override readonly name: keyof typeof STATUS;
  readonly status: number;

  constructor(name: keyof typeof STATUS, message: string) {
    super(message);
    this.name = name;
    this.status = STATUS[name];
  }
}
