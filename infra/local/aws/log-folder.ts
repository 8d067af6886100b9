/** The files of the log's tree in a folder, or in memory. */

import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Lock, TreeStore } from '../../../shared/log/files/stores.ts';
import { WRITER_KEY_PATH } from '../../../shared/tree/writer-key.ts';
import { PENDING_PATH, POLICY_PATH, WITNESSED_PATH } from '../../../shared/witness/received.ts';
import { writeNew, writeWhole } from '../../cli/whole-files.ts';
import { makeFolder } from '../files.ts';

/** @param folder is created if missing; `null` keeps everything in memory. */
export function openLogFolder(folder: string | null): TreeStore {
  const bytes = folder === null ? inMemory() : inFolder(folder);
  const read = async (path: string) => bytes.read(path);
  const readText = (path: string) => {
    const known = bytes.read(path);
    return known && Buffer.from(known).toString('utf8');
  };
  const lockAt = (path: string): Lock => ({
    read: async () => readText(path),
    // One process owns the folder, and these two lines run without interruption.
    async swap(before, after) {
      if (readText(path) !== before) return false;
      bytes.replace(path, after);
      return true;
    },
  });
  return {
    files: {
      read,
      async create(path, content) {
        if (bytes.create(path, content)) return;
        if (!bytes.read(path)?.equals(content)) throw new Error(`${path} of the log exists with other bytes`);
      },
      remove: async (path) => bytes.remove(path),
    },
    published: lockAt('checkpoint'),
    writerKeys: lockAt(WRITER_KEY_PATH),
    pending: lockAt(PENDING_PATH),
    witnessed: lockAt(WITNESSED_PATH),
    policy: lockAt(POLICY_PATH),
  };
}

interface Bytes {
  read(path: string): Buffer | null;
  /** @returns `false` if the file already exists. */
  create(path: string, content: Uint8Array): boolean;
  replace(path: string, text: string): void;
  remove(path: string): void;
}

function inMemory(): Bytes {
  const files = new Map<string, Buffer>();
  return {
    read: (path) => files.get(path) ?? null,
    create(path, content) {
      if (files.has(path)) return false;
      files.set(path, Buffer.from(content));
      return true;
    },
    replace: (path, text) => void files.set(path, Buffer.from(text)),
    remove: (path) => void files.delete(path),
  };
}

function inFolder(folder: string): Bytes {
  makeFolder(folder);
  const drafts = join(folder, 'drafts');
  // Left behind by a process that died while writing.
  rmSync(drafts, { recursive: true, force: true });
  makeFolder(drafts);
  return {
    read(path) {
      try {
        return readFileSync(join(folder, path));
      } catch (error) {
        if (isCode(error, 'ENOENT')) return null;
        throw error;
      }
    },
    create(path, content) {
      const draft = join(drafts, randomUUID());
      const target = join(folder, path);
      makeFolder(dirname(target));
      try {
        writeNew(draft, content);
        // A link appears in one step and never replaces another file.
        linkSync(draft, target);
        return true;
      } catch (error) {
        if (isCode(error, 'EEXIST')) return false;
        throw error;
      } finally {
        rmSync(draft, { force: true });
      }
    },
    replace: (path, text) => writeWhole(join(folder, path), text),
    remove: (path) => rmSync(join(folder, path), { force: true }),
  };
}

function isCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
