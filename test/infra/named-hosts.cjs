// Loaded before a bundle: names of receivers have addresses of the Internet, which are this machine. All else of a connection is real.
const dns = require('node:dns/promises');
const net = require('node:net');

// That of example.com: those for documents are none of the Internet.
const PUBLIC = '93.184.215.14';
const ADDRESSES = { 'hooks.test': PUBLIC, 'mail.test': PUBLIC, 'private.test': '127.0.0.1' };
dns.lookup = async (host) => {
  if (!(host in ADDRESSES)) throw new Error('ENOTFOUND');
  return [{ address: ADDRESSES[host], family: 4 }];
};

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (first, ...rest) {
  const options = Array.isArray(first) ? first[0] : first;
  if (options.host in ADDRESSES) {
    // The address that was checked, and no other look-up.
    options.lookup(options.host, { all: true }, (_, [found]) => {
      options.host = found.address;
    });
    delete options.lookup;
  }
  if (options.host === PUBLIC) options.host = '127.0.0.1';
  return connect.call(this, first, ...rest);
};
