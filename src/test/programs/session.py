"""A session of the MCP SDK 2.x with the URL given. Prints all that it received."""
import asyncio
import sys

from mcp.client import Client


async def main() -> None:
    async with Client(sys.argv[1]) as client:
        print(await client.list_tools())
        print(await client.call_tool("echo", {}))


asyncio.run(main())
